package io.streamweir.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonSchemaConstraintTest {
  static List<SchemaCase> cases() throws IOException {
    return SchemaCase.ofTests();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void shouldReachTheValidAndNotTheInvalidWhenSchemaIs(SchemaCase schemaCase) {
    Constraint constraint = Tokens.schema(schemaCase.schema().toString());
    for (SchemaCase.Instance instance : schemaCase.instances()) {
      for (String text : instance.spellings()) {
        assertThat(Tokens.reaches(constraint, text)).as(text).isEqualTo(instance.valid());
      }
    }
  }

  @Test
  void shouldAllowEveryLayoutWhenWhitespaceIsFlexible() {
    OutputFormat format = new OutputFormat.JsonObject(Whitespace.FLEXIBLE);
    Constraint constraint = Tokens.compiler().compile(format);
    for (String text :
        List.of(
            "{\"a\":[1,2]}", "{\"a\": [1, 2]}", "{\n  \"a\": [\n    1,\n    2\n  ]\n}", "{ }")) {
      assertThat(Tokens.reaches(constraint, text)).as(text).isTrue();
    }
    assertThat(Tokens.reaches(constraint, "{  \"a\":1}")).isFalse();
    assertThat(Tokens.reaches(constraint, "{\"a\" :1}")).isFalse();
  }

  @Test
  void shouldAllowOneLayoutWhenWhitespaceIsFixed() {
    OutputFormat compact = new OutputFormat.JsonObject(Whitespace.COMPACT);
    OutputFormat spaced = new OutputFormat.JsonObject(Whitespace.SPACED);
    ConstraintCompiler compiler = Tokens.compiler();
    assertThat(Tokens.reaches(compiler.compile(compact), "{\"a\":[1,2]}")).isTrue();
    assertThat(Tokens.reaches(compiler.compile(compact), "{\"a\": [1,2]}")).isFalse();
    assertThat(Tokens.reaches(compiler.compile(spaced), "{\"a\": [1, 2]}")).isTrue();
    assertThat(Tokens.reaches(compiler.compile(spaced), "{\"a\":[1, 2]}")).isFalse();
  }

  @Test
  void shouldAllowOnlyObjectsWhenFormatIsJsonObject() {
    OutputFormat format = new OutputFormat.JsonObject(Whitespace.FLEXIBLE);
    Constraint constraint = Tokens.compiler().compile(format);
    assertThat(Tokens.reaches(constraint, "{\"a\":{\"b\":[true,null,-1.5e+3,\"\\ud83d\\ude00\"]}}"))
        .isTrue();
    for (String text :
        List.of(
            "[]", "1", "{\"a\":01}", "{\"a\":1,}", "{a:1}", "{\"a\":\"\\ud83d\"}", "{\"a\":1}}")) {
      assertThat(Tokens.reaches(constraint, text)).as(text).isFalse();
    }
  }

  @Test
  void shouldNeverAllowControlTokensWhenTextMayBeAnything() {
    ConstraintState state =
        Tokens.compiler().compile(new OutputFormat.RegularExpression("[^x]*")).start();
    long[] bits = Tokens.mask(state);
    for (int id = 0; id < Tokens.VOCABULARY.size(); id++) {
      if (Tokens.VOCABULARY.special(id)) {
        assertThat(Tokens.allowed(bits, id)).as("id %d", id).isEqualTo(id == Tokens.END);
      }
    }
  }

  @Test
  void shouldCompileOnceWhenFormatComesAgain() {
    ConstraintCompiler compiler = new ConstraintCompiler(Tokens.VOCABULARY, Set.of(Tokens.END));
    Constraint first = compiler.compile(new OutputFormat.Choice(List.of("a", "b")));
    assertThat(compiler.compile(new OutputFormat.Choice(List.of("a", "b")))).isSameAs(first);
  }
}
