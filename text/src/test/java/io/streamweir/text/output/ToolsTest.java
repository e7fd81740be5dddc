package io.streamweir.text.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.text.tokenizer.InvalidTextException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\": \"string\"}|string",
        "{\"type\": [\"string\", \"null\"]}|null,string",
        "{\"enum\": [\"a\", 1, null]}|null,number,string",
        "{\"const\": true}|boolean",
        "{\"anyOf\": [{\"type\": \"array\"}, {\"oneOf\": [{\"type\": \"object\"}]}]}|array,object",
        "{\"$ref\": \"#/x\"}|''",
      })
  void shouldKnowTheTypesWhenTheSchemaSaysThem(String schema, String types) {
    Tools tools =
        Tools.parse(
            """
            [{"type": "function", "function": {"name": "f", "parameters":
              {"properties": {"a": %s}}}}, {"name": "g"}]
            """
                .formatted(schema));
    assertThat(String.join(",", tools.argumentTypes("f", "a"))).isEqualTo(types);
    assertThat(tools.argumentTypes("f", "b")).isEmpty();
    assertThat(tools.argumentTypes("g", "a")).isEmpty();
    assertThat(tools.offers("g")).isTrue();
    assertThat(tools.offers("h")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[{}]", "[1]", "[{\"function\": {\"name\": \"\"}}]", "[", ""})
  void shouldRefuseWhenToolsAreNoListOfNamedObjects(String json) {
    assertThatThrownBy(() -> Tools.parse(json))
        .isInstanceOf(InvalidTextException.class)
        .hasMessageContaining("tools");
  }

  @Test
  void shouldBeEmptyWhenNothingIsOffered() {
    assertThat(Tools.parse("[]").isEmpty()).isTrue();
    assertThat(Tools.NONE.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12||12",
        "abc||\"abc\"",
        "[1, 2]||[1, 2]",
        "{\"a\": 1||\"{\\\"a\\\": 1\"",
        "None||null",
        "True|boolean|true",
        "True|integer|\"True\"",
        "5|null,string|\"5\"",
        "null|null,string|null",
        "5|integer|5",
        "5.5|integer|5.5",
        "1 2|integer|\"1 2\"",
        "[1]|array|[1]",
      })
  void shouldTakeAValueForWhatTheToolAllowsWhenItIsPlainText(
      String text, String types, String json) {
    Set<String> allowed = types == null ? Set.of() : Set.of(types.split(","));
    assertThat(ArgumentValue.json(text, allowed)).isEqualTo(json);
  }
}
