package io.streamweir.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseFormatTest {

  @Test
  void shouldReadEachType() {
    assertThat(ResponseFormat.parse("{\"type\": \"text\"}")).isEmpty();
    assertThat(ResponseFormat.parse("{\"type\": \"json_object\"}"))
        .contains(new OutputFormat.JsonObject(Whitespace.FLEXIBLE));
    assertThat(
            ResponseFormat.parse(
                "{\"type\": \"json_schema\", \"json_schema\": {\"name\": \"n\", \"strict\": true,"
                    + " \"schema\": {\"type\": \"integer\"}}}"))
        .contains(new OutputFormat.JsonSchema("{\"type\":\"integer\"}", Whitespace.FLEXIBLE));
    assertThat(ResponseFormat.parse("{\"type\": \"choice\", \"choice\": [\"a\", \"b\"]}"))
        .contains(new OutputFormat.Choice(List.of("a", "b")));
    assertThat(ResponseFormat.parse("{\"type\": \"regex\", \"regex\": \"[a-z]+\"}"))
        .contains(new OutputFormat.RegularExpression("[a-z]+"));
    assertThat(ResponseFormat.parse("{\"type\": \"grammar\", \"grammar\": \"root ::= \\\"a\\\"\"}"))
        .contains(new OutputFormat.Gbnf("root ::= \"a\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "nonsense; no JSON",
        "{}; none of text",
        "{\"type\": \"xml\"}; 'xml' is none of text",
        "{\"type\": \"json_schema\"}; there is no JSON Schema",
        "{\"type\": \"choice\", \"choice\": []}; not empty",
        "{\"type\": \"choice\", \"choice\": [1]}; array of strings",
        "{\"type\": \"regex\"}; must be a string",
        "{\"type\": \"regex\", \"regex\": \"(\"}; regex",
        "{\"type\": \"json_schema\", \"json_schema\": {\"schema\": {\"not\": {}}}}; 'not'"
      })
  void shouldSayWhatIsWrong(String json, String message) {
    assertThatThrownBy(() -> ResponseFormat.check(json))
        .isInstanceOf(ConstraintException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> ResponseFormat.check(json))
        .as("the second time")
        .isInstanceOf(ConstraintException.class);
  }

  @Test
  void shouldRefuseWhatIsTooLongForItsCompilerAndStayAlive() {
    var endless = "[a]".repeat(60_000);
    assertThatThrownBy(
            () ->
                ResponseFormat.check(
                    "{\"type\": \"grammar\", \"grammar\": \"root ::= " + endless + "\"}"))
        .isInstanceOf(ConstraintException.class);
  }

  @Test
  void shouldLetAGoodFormatThrough() {
    assertThatCode(() -> ResponseFormat.check("{\"type\": \"json_object\"}"))
        .doesNotThrowAnyException();
  }
}
