package io.streamweir.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats that ask for too much: refused, or followed within bounds. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class BoundsTest {

  @Test
  void shouldFollowASchemaWhenItHasTenThousandRequiredProperties() {
    Constraint constraint = Tokens.schema(properties(10_000, true));
    String text =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "\"p" + i + "\":1")
            .collect(Collectors.joining(",", "{", "}"));
    ConstraintState state = constraint.start();
    for (int token : Tokens.BYTES.of(text)) {
      assertThat(state.accept(token)).isTrue();
    }
    assertThat(state.isFinished()).isTrue();
  }

  @Test
  void shouldRefuseASchemaWhenTenThousandPropertiesMayBeLeftOut() {
    refused(properties(10_000, false), "properties", "#/properties");
    Tokens.mask(Tokens.schema(properties(500, false)).start());
  }

  private static String properties(int count, boolean required) {
    String properties =
        IntStream.range(0, count)
            .mapToObj(i -> "\"p" + i + "\":{\"type\":\"integer\"}")
            .collect(Collectors.joining(",", "{", "}"));
    String names =
        IntStream.range(0, required ? count : 0)
            .mapToObj(i -> "\"p" + i + "\"")
            .collect(Collectors.joining(",", "[", "]"));
    return "{\"type\":\"object\",\"additionalProperties\":false,\"required\":%s,\"properties\":%s}"
        .formatted(names, properties);
  }

  /** Each value alone is soon checked; together they lead to ever new states of the pattern. */
  @Test
  void shouldRefuseValuesWhenCheckingAllOfThemTakesTooLong() {
    Random random = new Random(4);
    String values =
        IntStream.range(0, 20_000)
            .mapToObj(
                i ->
                    random
                        .ints(30, 0, 2)
                        .mapToObj(bit -> bit == 0 ? "a" : "b")
                        .collect(Collectors.joining("", "\"", "\"")))
            .collect(Collectors.joining(",", "[", "]"));
    String schema = "{\"type\":\"string\",\"pattern\":\"a.{%d}$\",\"enum\":%s}";
    refused(schema.formatted(60, values), "enum", "#/enum");
  }

  @Test
  void shouldRefuseALongValueWhenItWouldBeCopiedManyTimes() {
    String uses = "{\"$ref\":\"#/$defs/long\"%s}";
    String schema = "{\"prefixItems\":[%s],\"$defs\":{\"long\":{\"const\":\"%s\"}}}";
    String value = "x".repeat(200_000);
    String alone = String.join(",", Collections.nCopies(20, uses.formatted("")));
    Tokens.schema(schema.formatted(alone, value));
    String restricted = uses.formatted(",\"minLength\":1");
    String copied = String.join(",", Collections.nCopies(20, restricted));
    refused(schema.formatted(copied, value), "const", null);
  }

  @Test
  void shouldFollowAChoiceWhenItHasTenThousandTexts() {
    List<String> texts = IntStream.range(0, 10_000).mapToObj(i -> "item " + i * i).toList();
    Constraint constraint = Tokens.compiler().compile(new OutputFormat.Choice(texts));
    assertThat(Tokens.reaches(constraint, "item 99980001")).isTrue();
    assertThat(Tokens.reaches(constraint, "item 99980002")).isFalse();
  }

  @Test
  void shouldRefuseASchemaWhenItIsNestedTooDeep() {
    refused("{\"items\":".repeat(200) + "{}" + "}".repeat(200), "schema", null);
  }

  @Test
  void shouldRefuseASchemaWhenItsRecursionNeverEnds() {
    refused("{\"$ref\":\"#\"}", "$ref", "#");
    refused(
        "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},"
            + "\"b\":{\"anyOf\":[{\"$ref\":\"#/$defs/a\"}]}}}",
        "$ref",
        null);
    refused(
        "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}},\"required\":[\"a\"]}",
        "schema",
        "#");
    refused("{\"type\":\"array\",\"minItems\":1,\"items\":{\"$ref\":\"#\"}}", "schema", "#");
    refused("{\"allOf\":[{\"$ref\":\"#\"}]}", "schema", null);
  }

  @Test
  void shouldRefuseCountsWhenNoAnswerCouldFulfilThem() {
    refused("{\"type\":\"string\",\"minLength\":5000000000}", "minLength", "#/minLength");
    refused("{\"type\":\"array\",\"maxItems\":1e300}", "maxItems", "#/maxItems");
    refused("{\"type\":\"integer\",\"minimum\":1e999999999}", "minimum", "#/minimum");
    refused("{\"type\":\"integer\",\"multipleOf\":999999937}", "multipleOf", "#/multipleOf");
    refused(
        "{\"type\":\"string\",\"minLength\":100000,\"pattern\":\"^a*$\"}", "pattern", "#/pattern");
  }

  @Test
  void shouldNotWriteRepetitionsOutWhenCountsAreLarge() {
    Constraint constraint =
        Tokens.schema("{\"type\":\"string\",\"minLength\":900000,\"maxLength\":1000000}");
    ConstraintState state = constraint.start();
    for (int token : Tokens.BYTES.of("\"abcdef")) {
      assertThat(state.accept(token)).isTrue();
    }
    assertThat(Tokens.allowed(Tokens.mask(state), Tokens.BYTES.of("\"")[0])).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "(a|aa)+",
        "(a|a?)+",
        "([a-zA-Z]+)*",
        "(.*a){20}",
        "(x+x+)+y",
        "(?:a?){50}a{50}"
      })
  void shouldFollowPatternsInBoundedTimeWhenTheyMakeBacktrackersExplode(String pattern) {
    Constraint constraint = Tokens.schema("{\"type\":\"string\",\"pattern\":\"" + pattern + "\"}");
    ConstraintState state = constraint.start();
    for (int token : Tokens.BYTES.of("\"" + "a".repeat(60) + "xb")) {
      Tokens.mask(state);
      assertThat(state.accept(token)).isTrue();
    }
  }

  /** Each has far too many states; the call that needs too many of them says so. */
  @ParameterizedTest
  @ValueSource(
      strings = {"a.{2000}b.{2000}c", "((a{0,1000}){0,1000}){0,1000}$", "^(a{1,100}){1,100}b"})
  void shouldNameThePatternWhenItsAutomatonExplodes(String pattern) {
    String schema = "{\"items\":{\"type\":\"string\",\"pattern\":\"" + pattern + "\"}}";
    assertThatExceptionOfType(ConstraintException.class)
        .isThrownBy(
            () -> {
              ConstraintState state = Tokens.schema(schema).start();
              for (int token : Tokens.BYTES.of("[\"" + "a".repeat(2500))) {
                state.accept(token);
              }
            })
        .satisfies(e -> assertThat(e.keyword()).isEqualTo("pattern"))
        .satisfies(e -> assertThat(e.place()).isEqualTo("#/items/pattern"));
  }

  @Test
  void shouldRefuseWhenTheTextOfAFormatIsTooLong() {
    refused("{\"title\":\"" + "x".repeat(1_000_000) + "\"}", "schema", "#");
    assertThatExceptionOfType(ConstraintException.class)
        .isThrownBy(
            () ->
                Tokens.compiler().compile(new OutputFormat.RegularExpression("a".repeat(10_001))));
    assertThatExceptionOfType(ConstraintException.class)
        .isThrownBy(
            () ->
                Tokens.compiler()
                    .compile(
                        new OutputFormat.RegularExpression("(".repeat(5_000) + ")".repeat(5_000))));
    assertThatExceptionOfType(ConstraintException.class)
        .isThrownBy(
            () ->
                Tokens.compiler().compile(new OutputFormat.Gbnf("root ::= " + "(".repeat(5_000))));
  }

  @Test
  void shouldStopGoingDeeperWhenJsonIsNestedWithoutEnd() {
    Constraint constraint =
        Tokens.compiler().compile(new OutputFormat.JsonObject(Whitespace.COMPACT));
    ConstraintState state = constraint.start();
    int open = Tokens.BYTES.of("[")[0];
    for (int token : Tokens.BYTES.of("{\"a\":")) {
      state.accept(token);
    }
    int depth = 0;
    while (depth < 2_000 && state.accept(open)) {
      depth++;
    }
    assertThat(depth).isBetween(200, 1_000);
    Tokens.mask(state);
  }

  /** Where nothing can follow a terminal because of the depth, its tokens are not offered. */
  @Test
  void shouldOfferNoTokenThatIsRefusedWhenTheAnswerIsNestedAsDeepAsIsFollowed() {
    ConstraintState state =
        Tokens.schema(
                "{\"type\":\"array\",\"minItems\":1,\"items\":{\"anyOf\":[{\"$ref\":\"#\"},{\"const\":{}}]}}")
            .start();
    int[] bytes = Tokens.BYTES.of("[\n\t");
    while (state.accept(bytes[0])) {
      assertThat(state.isFinished()).isFalse();
    }
    for (int i = 0; i < 60; i++) {
      long[] mask;
      try {
        mask = Tokens.mask(state);
      } catch (ConstraintException e) {
        assertThat(e).hasMessageContaining("nested deeper than is followed");
        return;
      }
      int token = Tokens.allowed(mask, bytes[1]) ? bytes[1] : bytes[2];
      assertThat(state.accept(token)).isEqualTo(Tokens.allowed(mask, token));
    }
  }

  private static void refused(String schema, String keyword, String place) {
    assertThatExceptionOfType(ConstraintException.class)
        .isThrownBy(() -> Tokens.schema(schema))
        .satisfies(e -> assertThat(e.keyword()).isEqualTo(keyword))
        .satisfies(e -> assertThat(place == null || e.place().equals(place)).isTrue());
  }
}
