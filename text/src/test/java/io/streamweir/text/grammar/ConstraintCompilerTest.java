package io.streamweir.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConstraintCompilerTest {

  private final ConstraintCompiler compiler = Tokens.compiler();

  @Test
  void shouldGiveTheSameConstraintWhileItIsKept() {
    Constraint first = compiler.compile(regex("a"));
    assertThat(compiler.compile(regex("a"))).isSameAs(first);
    for (int i = 0; i < 100; i++) {
      compiler.compile(regex("b{" + i + "}"));
    }
    assertThat(compiler.compile(regex("a"))).as("small ones are kept").isSameAs(first);
  }

  @Test
  void shouldKeepNoMoreThanItsMemoryWhenConstraintsGrow() {
    List<Constraint> all = new ArrayList<>();
    long weight = 0;
    for (int i = 0; weight < 2 * ConstraintCompiler.MAX_KEPT_KB; i++) {
      Constraint constraint = compiler.compile(regex("x{" + i + "}(a|b)*a(a|b){11}"));
      grow(constraint, i);
      all.add(constraint);
      weight += constraint.weightKb();
    }
    compiler.compile(regex("c"));
    assertThat(compiler.keptKb()).isLessThanOrEqualTo(ConstraintCompiler.MAX_KEPT_KB);
    assertThat(compiler.keptKb()).isGreaterThan(ConstraintCompiler.MAX_KEPT_KB / 2);
    int last = all.size() - 1;
    assertThat(compiler.compile(regex("x{" + last + "}(a|b)*a(a|b){11}")))
        .as("used last")
        .isSameAs(all.get(last));
  }

  @Test
  void shouldCountTheTextOfFormats() {
    for (int i = 0; i < 100; i++) {
      String description = "x".repeat(500_000) + i;
      compiler.compile(
          new OutputFormat.JsonSchema(
              "{\"type\":\"null\",\"description\":\"" + description + "\"}", Whitespace.COMPACT));
    }
    assertThat(compiler.keptKb()).isLessThanOrEqualTo(ConstraintCompiler.MAX_KEPT_KB);
  }

  /** Walks to most of its states, of which each is another set of the places of an a. */
  private static void grow(Constraint constraint, int prefix) {
    ConstraintState state = constraint.start();
    for (int token : Tokens.BYTES.of("x".repeat(prefix))) {
      assertThat(state.accept(token)).isTrue();
    }
    Random random = new Random(prefix);
    int[] letters = Tokens.BYTES.of("ab");
    for (int i = 0; i < 6_000; i++) {
      assertThat(state.accept(letters[random.nextInt(2)])).isTrue();
    }
  }

  private static OutputFormat regex(String pattern) {
    return new OutputFormat.RegularExpression(pattern);
  }
}
