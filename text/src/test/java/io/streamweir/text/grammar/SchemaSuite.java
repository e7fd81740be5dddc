package io.streamweir.text.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.text.grammar.regex.Spelling;
import io.streamweir.text.tokenizer.HfTokenizer;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Runs files of the form of the JSON-Schema-Test-Suite: every valid instance must be reachable in
 * some order of its properties, with the tokens of the model's own tokenizer; no invalid one may
 * be. Run by hand: {@code SchemaSuite <model directory> <end token> <directory of the files>}.
 */
public final class SchemaSuite {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HfTokenizer tokenizer;
  private final int endToken;
  private final ConstraintCompiler compiler;
  private final Map<String, Integer> refused = new TreeMap<>();
  private final ByteTokens bytes;
  private int groups;
  private int refusedGroups;
  private int valid;
  private int unreachable;
  private int invalid;
  private int accepted;

  private SchemaSuite(HfTokenizer tokenizer, String endToken) {
    Vocabulary vocabulary = tokenizer.vocabulary();
    this.tokenizer = tokenizer;
    this.endToken = vocabulary.idOf(endToken).orElseThrow();
    this.bytes = new ByteTokens(vocabulary);
    this.compiler = new ConstraintCompiler(vocabulary, Set.of(this.endToken));
  }

  public static void main(String[] arguments) throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(Path.of(arguments[0]));
        Stream<Path> files = Files.walk(Path.of(arguments[2]))) {
      SchemaSuite suite = new SchemaSuite(tokenizer, arguments[1]);
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        suite.run(file);
      }
      suite.report();
    }
  }

  private void run(Path file) throws IOException {
    for (JsonNode group : JSON.readTree(file.toFile())) {
      groups++;
      try {
        Constraint constraint =
            compiler.compile(
                new OutputFormat.JsonSchema(group.get("schema").toString(), Whitespace.COMPACT));
        for (JsonNode test : group.get("tests")) {
          run(file.getFileName() + ": " + group.get("description").asText(), constraint, test);
        }
      } catch (ConstraintException e) {
        refusedGroups++;
        refused.merge(e.keyword(), 1, Integer::sum);
        if (!e.getMessage().contains("not supported")) {
          System.out.println("REFUSED " + file.getFileName() + " " + e.getMessage());
        }
      }
    }
  }

  private void run(String group, Constraint constraint, JsonNode test) {
    boolean reached = texts(test.get("data")).stream().anyMatch(t -> reaches(constraint, t));
    boolean expected = test.get("valid").asBoolean();
    valid += expected ? 1 : 0;
    invalid += expected ? 0 : 1;
    if (reached != expected) {
      unreachable += expected ? 1 : 0;
      accepted += expected ? 0 : 1;
      System.out.println(
          (expected ? "UNREACHABLE " : "ACCEPTED ") + group + ": " + test.get("data"));
    }
  }

  private boolean reaches(Constraint constraint, String text) {
    ConstraintState state = constraint.start();
    long[] bits = new long[constraint.maskWords()];
    for (int token : tokens(text)) {
      state.mask(bits);
      boolean allowed = (bits[token >> 6] >>> token & 1) != 0;
      if (state.accept(token) != allowed) {
        throw new AssertionError("The mask and accept contradict each other in " + text);
      }
      if (!allowed) {
        return false;
      }
    }
    return state.accept(endToken);
  }

  /** The tokens of a text; byte by byte where the tokenizer would change the text. */
  private int[] tokens(String text) {
    return Normalizer.isNormalized(text, Normalizer.Form.NFC)
        ? tokenizer.encode(text)
        : bytes.of(text);
  }

  /** The JSON texts of a value, in every order of the properties of its objects up to a limit. */
  static List<String> texts(JsonNode value) {
    List<String> texts = new ArrayList<>();
    if (value.isObject()) {
      List<String> names = new ArrayList<>();
      value.fieldNames().forEachRemaining(names::add);
      permute(names, 0, value, texts);
    } else if (value.isArray()) {
      texts.add("");
      for (JsonNode item : value) {
        texts = joined(texts, ",", texts(item));
      }
      texts.replaceAll(items -> "[" + items + "]");
    } else {
      texts.add(scalar(value));
    }
    return texts.size() > 1000 ? texts.subList(0, 1000) : texts;
  }

  /** As the constraint spells it: whole numbers without a point, escapes in lower case. */
  private static String scalar(JsonNode value) {
    if (value.isTextual()) {
      return '"' + new String(Spelling.JSON.text(value.asText()), UTF_8) + '"';
    }
    boolean whole = value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue());
    return whole && Math.abs(value.doubleValue()) < 1e17
        ? value.decimalValue().toBigInteger().toString()
        : value.toString();
  }

  private static void permute(List<String> names, int from, JsonNode value, List<String> out) {
    if (from >= names.size() - 1) {
      List<String> texts = new ArrayList<>(List.of(""));
      for (String name : names) {
        List<String> members = new ArrayList<>(texts(value.get(name)));
        members.replaceAll(text -> JSON.getNodeFactory().textNode(name) + ":" + text);
        texts = joined(texts, ",", members);
      }
      texts.replaceAll(members -> "{" + members + "}");
      out.addAll(texts);
      return;
    }
    for (int i = from; i < names.size() && out.size() < 1000; i++) {
      List<String> swapped = new ArrayList<>(names);
      swapped.add(from, swapped.remove(i));
      permute(swapped, from + 1, value, out);
    }
  }

  private static List<String> joined(List<String> heads, String separator, List<String> tails) {
    List<String> joined = new ArrayList<>();
    for (String head : heads) {
      for (String tail : tails) {
        joined.add(head.isEmpty() ? tail : head + separator + tail);
      }
    }
    return joined;
  }

  private void report() {
    System.out.printf(
        "%d groups, %d refused %s%n%d valid instances, %d not reachable%n"
            + "%d invalid instances, %d accepted%n",
        groups, refusedGroups, refused, valid, unreachable, invalid, accepted);
  }
}
