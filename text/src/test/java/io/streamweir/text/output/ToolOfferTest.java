package io.streamweir.text.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.text.tokenizer.InvalidTextException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolOfferTest {
  private static final String TWO =
      """
      [{"type": "function", "function": {"name": "a", "strict": true}},
       {"type": "function", "function": {"name": "b", "description": "does b", "parameters": {}}}]""";

  @Test
  void shouldOfferWhatIsChosen() {
    assertThat(ToolOffer.parse(TWO, null).functions()).hasSize(2);
    assertThat(ToolOffer.parse(TWO, "\"auto\"").required()).isFalse();
    assertThat(ToolOffer.parse(TWO, "\"none\"").isEmpty()).isTrue();
    assertThat(ToolOffer.parse(TWO, "\"required\"").required()).isTrue();
    var named = ToolOffer.parse(TWO, "{\"type\": \"function\", \"function\": {\"name\": \"b\"}}");
    assertThat(named.required()).isTrue();
    assertThat(named.strict()).isFalse();
    assertThat(named.functions())
        .singleElement()
        .extracting(f -> f.get("name").asText())
        .isEqualTo("b");
    assertThat(ToolOffer.parse(null, null).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|''|not a JSON array",
        "[{}]|''|tools[0] is not of the form",
        "[{\"type\":\"custom\",\"function\":{\"name\":\"a\"}}]|''|tools[0] is not of the form",
        "[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]|''|tools[0].function.name",
        "[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"strict\":1}}]|''|wrong type",
        "[]|\"required\"|tools is empty",
        "[{\"type\":\"function\",\"function\":{\"name\":\"a\"}}]|\"any\"|tool_choice must be",
        "[{\"type\":\"function\",\"function\":{\"name\":\"a\"}}]"
            + "|{\"type\":\"function\",\"function\":{\"name\":\"z\"}}|'z', which is not among tools",
        "[{\"type\":\"function\",\"function\":{\"name\":\"a\"}},"
            + "{\"type\":\"function\",\"function\":{\"name\":\"a\"}}]|''|two functions of the name 'a'"
      })
  void shouldSayWhatIsWrong(String tools, String choice, String words) {
    assertThatThrownBy(() -> ToolOffer.parse(tools, choice.isEmpty() ? null : choice))
        .isInstanceOf(InvalidTextException.class)
        .hasMessageContaining(words);
  }
}
