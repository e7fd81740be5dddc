package io.streamweir.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.streamweir.text.tokenizer.HfTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Files of the form of the JSON-Schema-Test-Suite, which is no part of the repository: {@code
 * -Dstreamweir.schemas=DIRECTORY}. Every valid instance must be reachable in some order of its
 * properties, with the tokens of the model's own tokenizer; no invalid one may be.
 */
class SchemaSuiteTest {
  private static final String FORMAT = "with a format, ";

  private final Map<String, Integer> refused = new TreeMap<>();
  private final List<String> unreachable = new ArrayList<>();
  private final List<String> accepted = new ArrayList<>();
  private ConstraintCompiler compiler;
  private TextTokens tokens;
  private int groups;
  private int refusedGroups;
  private int valid;
  private int invalid;

  @Test
  void shouldReachTheValidAndNotTheInvalidOfTheSuite() throws IOException {
    Path suite = directory();
    try (HfTokenizer tokenizer = HfTokenizer.load(Tokens.modelDirectory())) {
      compiler = Tokens.compiler();
      tokens = new TextTokens(tokenizer);
      for (Path file : files(suite)) {
        SchemaCase.ofSuite(file).forEach(this::run);
      }
    }
    System.out.printf(
        "%d groups, %d refused %s%n%d valid instances, %d not reachable%n"
            + "%d invalid instances, %d accepted%n",
        groups, refusedGroups, refused, valid, unreachable.size(), invalid, accepted.size());
    unreachable.forEach(System.out::println);
    assertThat(accepted).isEmpty();
    // What docs/structured-output.md names: values of formats, and one number of 309 digits.
    assertThat(unreachable)
        .allMatch(line -> line.startsWith(FORMAT) || line.contains("0".repeat(300)));
  }

  static Path directory() {
    String directory = System.getProperty("streamweir.schemas", "");
    assumeTrue(!directory.isEmpty(), "No -Dstreamweir.schemas is given.");
    return Path.of(directory);
  }

  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private void run(SchemaCase group) {
    groups++;
    try {
      Constraint constraint =
          compiler.compile(
              new OutputFormat.JsonSchema(group.schema().toString(), Whitespace.COMPACT));
      group.instances().forEach(instance -> run(group, constraint, instance));
    } catch (ConstraintException e) {
      refusedGroups++;
      refused.merge(e.keyword(), 1, Integer::sum);
    }
  }

  private void run(SchemaCase group, Constraint constraint, SchemaCase.Instance instance) {
    boolean reached =
        instance.spellings().stream().anyMatch(text -> Tokens.reaches(constraint, tokens.of(text)));
    boolean format = group.schema().findValue("format") != null;
    String line = (format ? FORMAT : "") + group + ": " + instance.spellings().get(0);
    if (instance.valid()) {
      valid++;
      addIf(!reached, line, unreachable);
    } else {
      invalid++;
      addIf(reached, line, accepted);
    }
  }

  private static void addIf(boolean wrong, String line, List<String> lines) {
    if (wrong) {
      lines.add(line);
    }
  }
}
