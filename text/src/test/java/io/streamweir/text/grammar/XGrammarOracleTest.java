package io.streamweir.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.text.tokenizer.HfTokenizer;
import io.streamweir.text.tokenizer.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our masks beside those of XGrammar, before each token of valid and invalid texts: they are equal,
 * or it is explained why not. Skipped without Node and the package, see {@link XGrammar}.
 *
 * <p>{@code -Dstreamweir.schemas=DIRECTORY} takes the files of the JSON-Schema-Test-Suite instead
 * of the tests' own schemas, {@code -Dstreamweir.tokenizers=DIRECTORY} another byte-level
 * vocabulary than that of the demo's model, whose end token is {@code <|im_end|>}.
 */
class XGrammarOracleTest {
  private static final int MOST_ENDINGS = 100;

  private final Map<Difference, Integer> differences = new EnumMap<>(Difference.class);
  private final Map<Difference, Map<String, String>> examples = new EnumMap<>(Difference.class);
  private final Map<String, String> refused = new TreeMap<>();
  private final Map<String, String> warned = new TreeMap<>();
  private int refusedHere;
  private int schemas;
  private int equalSchemas;
  private int masks;
  private int equalMasks;

  @TempDir Path directory;

  @BeforeAll
  static void requireXGrammar() throws Exception {
    XGrammar.require();
  }

  @Test
  void shouldDifferFromXGrammarOnlyWhereItIsExplained() throws Exception {
    String directories = System.getProperty("streamweir.tokenizers", "");
    Path model =
        directories.isEmpty() ? Tokens.modelDirectory() : Path.of(directories.split(":")[0]);
    try (HfTokenizer tokenizer = HfTokenizer.load(model)) {
      compare(tokenizer);
    }
    report();
    assertThat(masks).isGreaterThan(1_000);
    assertThat(equalMasks).isGreaterThan(masks / 5);
    assertThat(examples.keySet()).allMatch(Difference::explained);
  }

  private void compare(HfTokenizer tokenizer) throws Exception {
    Vocabulary vocabulary = tokenizer.vocabulary();
    int end = vocabulary.idOf("<|im_end|>").orElseThrow();
    ConstraintCompiler compiler = new ConstraintCompiler(vocabulary, Set.of(end));
    TextTokens tokens = new TextTokens(tokenizer);
    XGrammar xgrammar = new XGrammar(vocabulary, end, directory);
    List<Followed> all = new ArrayList<>();
    for (SchemaCase one : cases()) {
      try {
        Constraint constraint =
            compiler.compile(
                new OutputFormat.JsonSchema(one.schema().toString(), Whitespace.COMPACT));
        List<MaskedWalk> ours =
            one.instances().stream()
                .map(
                    instance ->
                        MaskedWalk.longest(
                            constraint, instance.spellings().stream().map(tokens::of)))
                .toList();
        List<int[]> endings = endings(one, tokens);
        all.add(
            new Followed(
                one,
                new DifferenceJudge(vocabulary, end, one.schema(), compiler, constraint, endings),
                ours));
        xgrammar.add(one.schema(), endings, ours);
      } catch (ConstraintException e) {
        refusedHere++;
      }
    }
    List<JsonNode> theirs = xgrammar.run();
    for (int i = 0; i < all.size(); i++) {
      compare(all.get(i), theirs.get(i));
    }
  }

  /** The tails of valid texts, the shortest first. */
  private static List<int[]> endings(SchemaCase one, TextTokens tokens) {
    return one.instances().stream()
        .filter(SchemaCase.Instance::valid)
        .map(instance -> instance.spellings().get(0))
        .flatMap(text -> IntStream.rangeClosed(0, text.length()).mapToObj(text::substring))
        .filter(tail -> tail.isEmpty() || !Character.isLowSurrogate(tail.charAt(0)))
        .distinct()
        .sorted(Comparator.comparingInt(String::length))
        .limit(MOST_ENDINGS)
        .map(tokens::bytes)
        .toList();
  }

  /** What our masks let through for a schema. */
  private record Followed(SchemaCase one, DifferenceJudge judge, List<MaskedWalk> walks) {}

  private static List<SchemaCase> cases() throws Exception {
    if (System.getProperty("streamweir.schemas", "").isEmpty()) {
      return SchemaCase.ofTests();
    }
    List<SchemaCase> cases = new ArrayList<>();
    for (Path file : SchemaSuiteTest.files(SchemaSuiteTest.directory())) {
      cases.addAll(SchemaCase.ofSuite(file));
    }
    return cases;
  }

  private void compare(Followed ours, JsonNode theirs) {
    if (theirs.has("refused")) {
      refused.put(ours.one().about(), theirs.get("refused").asText());
      return;
    }
    if (!theirs.get("warnings").isEmpty()) {
      warned.put(ours.one().about(), theirs.get("warnings").toString());
    }
    schemas++;
    boolean equal = true;
    for (int i = 0; i < ours.walks().size(); i++) {
      JsonNode followed = theirs.get("walks").get(i);
      JsonNode differing = followed.get("differences");
      masks += followed.get("compared").asInt();
      equalMasks += followed.get("compared").asInt() - differing.size();
      equal &= differing.isEmpty();
      for (JsonNode difference : differing) {
        judge(ours, ours.walks().get(i).tokens(), difference);
      }
    }
    equalSchemas += equal ? 1 : 0;
  }

  private void judge(Followed ours, int[] tokens, JsonNode difference) {
    DifferenceJudge judge = ours.judge();
    SchemaCase one = ours.one();
    int[] before = Arrays.copyOf(tokens, difference.get("at").asInt());
    for (JsonNode completion : difference.get("completions")) {
      Optional<int[]> completed =
          completion.get("tokens").isNull() ? Optional.empty() : Optional.of(ints(completion));
      note(
          judge.ofXGrammar(completed),
          one,
          judge.text(before).orElse("?") + " | " + completed.flatMap(judge::text).orElse("?"));
    }
    for (JsonNode token : difference.get("less_tokens")) {
      note(
          judge.ofOurs(before, token.asInt()),
          one,
          judge.text(before).orElse("?")
              + " | "
              + judge.text(new int[] {token.asInt()}).orElse("a part of a character"));
    }
  }

  private static int[] ints(JsonNode completion) {
    return StreamSupport.stream(completion.get("tokens").spliterator(), false)
        .mapToInt(JsonNode::asInt)
        .toArray();
  }

  private void note(Difference difference, SchemaCase one, String example) {
    differences.merge(difference, 1, Integer::sum);
    examples.computeIfAbsent(difference, any -> new TreeMap<>()).putIfAbsent(one.about(), example);
  }

  private void report() {
    System.out.printf(
        "%d schemas compared (%d refused here, %d by XGrammar, %d with its warning), %d with equal"
            + " masks all along%n%d masks compared, %d equal%n",
        schemas, refusedHere, refused.size(), warned.size(), equalSchemas, masks, equalMasks);
    refused.forEach((about, why) -> System.out.printf("    refused, %s: %s%n", about, why));
    warned.forEach((about, what) -> System.out.printf("    warned of, %s: %s%n", about, what));
    examples.forEach(
        (difference, of) -> {
          System.out.printf(
              "%s: %d tokens tried, in %d schemas%n",
              difference, differences.get(difference), of.size());
          of.forEach((about, example) -> System.out.printf("    %s: %s%n", about, example));
        });
  }
}
