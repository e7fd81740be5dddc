package io.streamweir.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"not\":{}}; not; #/not",
        "{\"properties\":{\"a/b\":{\"if\":{}}}}; if; #/properties/a~1b/if",
        "{\"items\":{\"uniqueItems\":true}}; uniqueItems; #/items/uniqueItems",
        "{\"patternProperties\":{}}; patternProperties; #/patternProperties",
        "{\"anyOf\":[{},{\"dependentSchemas\":{}}]}; dependentSchemas; #/anyOf/1/dependentSchemas",
        "{\"$defs\":{\"x\":{\"contains\":{}}},\"$ref\":\"#/$defs/x\"}; contains; #/$defs/x/contains",
        "{\"colour\":1}; colour; #/colour",
        "{\"format\":\"iri\"}; format; #/format",
        "{\"type\":\"text\"}; type; #/type",
        "{\"pattern\":\"(\"}; pattern; #/pattern",
        "{\"pattern\":\"a(?=b)\"}; pattern; #/pattern",
        "{\"pattern\":\"(a)\\\\1\"}; pattern; #/pattern",
        "{\"minLength\":-1}; minLength; #/minLength",
        "{\"minimum\":\"1\"}; minimum; #/minimum",
        "{\"exclusiveMinimum\":true}; exclusiveMinimum; #/exclusiveMinimum",
        "{\"multipleOf\":0}; multipleOf; #/multipleOf",
        "{\"$ref\":\"http://example.org/s\"}; $ref; #/$ref",
        "{\"$ref\":\"#/$defs/none\"}; $ref; #/$ref",
        "{\"oneOf\":[{\"type\":\"string\"},{\"minLength\":1}]}; oneOf; #/oneOf",
        "{\"$schema\":\"http://example.org/dialect\"}; $schema; #/$schema",
        "{\"properties\":{\"a\":{\"$id\":\"x\"}}}; $id; #/properties/a/$id",
        "{\"allOf\":[{\"pattern\":\"a\"},{\"pattern\":\"b\"}]}; pattern; #/allOf/1/pattern",
        "false; schema; #",
        "{\"enum\":[]}; schema; #",
        "{\"type\":\"integer\",\"minimum\":3,\"maximum\":2}; schema; #",
        "{\"type\":\"string\",\"pattern\":\"^a$\",\"minLength\":2}; schema; #",
        "[]; schema; #",
        "{\"type\":; schema; #",
        "{\"a\":1,\"a\":2}; schema; #"
      })
  void shouldNameKeywordAndPlaceWhenSchemaIsRefused(String schema, String keyword, String place) {
    assertThatExceptionOfType(ConstraintException.class)
        .isThrownBy(() -> Tokens.schema(schema))
        .satisfies(e -> assertThat(e.keyword()).isEqualTo(keyword))
        .satisfies(e -> assertThat(e.place()).isEqualTo(place))
        .withMessageContaining("'" + keyword + "' at " + place);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a)",
        "(a",
        "[a",
        "a**",
        "*a",
        "a{3,2}",
        "\\b",
        "\\1",
        "(?!a)",
        "(?<=a)b",
        "(?i)a",
        "a^b",
        "a$b",
        "\\ud800",
        "\\p{Klingon}",
        "[z-a]",
        "a{100001}",
        "\\"
      })
  void shouldRefuseWhenPatternIsBrokenOrNotRegular(String pattern) {
    assertThatExceptionOfType(ConstraintException.class)
        .isThrownBy(() -> Tokens.compiler().compile(new OutputFormat.RegularExpression(pattern)))
        .satisfies(e -> assertThat(e.keyword()).isEqualTo("regex"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "a ::= \"x\"; rule root",
        "root ::= a; line 1",
        "root ::= \"x; line 1",
        "root ::= [a; line 1",
        "root ::= (\"x\"; line 1",
        "root = \"x\"; line 1",
        "root ::= root \"x\" | \"y\"; rule root",
        "root ::= \"(\" root \")\"; rule root",
        "root ::= \"x\"{3,2}; line 1",
        "root ::= \"\\q\"; line 1"
      })
  void shouldNameThePlaceWhenGrammarIsRefused(String grammar, String place) {
    assertThatExceptionOfType(ConstraintException.class)
        .isThrownBy(() -> Tokens.compiler().compile(new OutputFormat.Gbnf(grammar)))
        .satisfies(e -> assertThat(e.place()).isEqualTo(place));
  }

  @Test
  void shouldRefuseWhenThereIsNothingToChoose() {
    assertThatExceptionOfType(ConstraintException.class)
        .isThrownBy(() -> Tokens.compiler().compile(new OutputFormat.Choice(List.of())))
        .withMessageContaining("choice");
  }
}
