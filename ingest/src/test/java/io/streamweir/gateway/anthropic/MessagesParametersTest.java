package io.streamweir.gateway.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamweir.gateway.generation.Submission;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.parameters.Parameter;
import io.streamweir.schemas.ChatMessage;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesParametersTest {

  /** Every body parameter in Anthropic's reference of POST /v1/messages. */
  private static final List<String> ANTHROPIC =
      List.of(
          "container",
          "context_management",
          "inference_geo",
          "max_tokens",
          "mcp_servers",
          "messages",
          "metadata",
          "model",
          "output_config",
          "output_format",
          "service_tier",
          "stop_sequences",
          "stream",
          "system",
          "temperature",
          "thinking",
          "tool_choice",
          "tools",
          "top_k",
          "top_p");

  @Test
  void shouldHaveARowForEveryParameterOfAnthropic() {
    assertThat(MessagesParameters.TABLE.parameters())
        .extracting(Parameter::name)
        .containsAll(ANTHROPIC);
  }

  @Test
  void shouldReadAMessageInEveryFormThatTextHas() {
    var submission =
        parse(
            """
            {"model":"m","max_tokens":7,"stream":true,"stop_sequences":["END","X"],
             "system":[{"type":"text","text":"be "},
                       {"type":"text","text":"brief","cache_control":{"type":"ephemeral"}}],
             "messages":[{"role":"user","content":"a"},
                         {"role":"assistant","content":[{"type":"text","text":"b"}]},
                         {"role":"user","content":[{"type":"text","text":"c"},
                                                   {"type":"text","text":"d"}]}],
             "temperature":0.5,"top_k":5,"top_p":0.9,"metadata":{"user_id":"u"}}""");

    var request = submission.request();
    assertThat(request.getMessages())
        .extracting(ChatMessage::getRole)
        .containsExactly("system", "user", "assistant", "user");
    assertThat(request.getMessages())
        .extracting(ChatMessage::getContent)
        .containsExactly("be brief", "a", "b", "cd");
    assertThat(submission.delivery().stream()).isTrue();
    assertThat(request.getSampling().getMaxTokens()).isEqualTo(7);
    assertThat(request.getSampling().getStop()).containsExactly("END", "X");
    assertThat(request.getSampling().getTopK()).isEqualTo(5);
    assertThat(request.getMetadata()).containsEntry("user_id", "u");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"tools\":[]",
        "\"tool_choice\":{\"type\":\"auto\"}",
        "\"thinking\":{\"type\":\"disabled\"}",
        "\"service_tier\":\"auto\"",
        "\"min_p\":0.1"
      })
  void shouldTakeWhatAsksForNothing(String parameter) {
    assertThat(message("," + parameter)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "tools[0].type | unsupported_parameter | \"tools\":[{\"type\":\"bash_20250124\",\"name\":\"bash\"}]",
        "tools[0].input_schema | invalid_request | \"tools\":[{\"name\":\"f\",\"input_schema\":1}]",
        "tool_choice.type | invalid_request | \"tool_choice\":{\"type\":\"some\"}",
        "tool_choice.name | invalid_request | \"tool_choice\":{\"type\":\"tool\"}",
        "thinking.type | invalid_request | \"thinking\":{\"type\":\"adaptive\"}",
        "thinking.budget_tokens | invalid_request | \"thinking\":{\"type\":\"enabled\"}",
        "mcp_servers | unsupported_parameter | \"mcp_servers\":[{}]",
        "temperature | invalid_request | \"temperature\":1.5",
        "stop_sequences | invalid_request | \"stop_sequences\":[\"\"]",
        "metadata.x | unsupported_parameter | \"metadata\":{\"x\":\"y\"}",
        "system[0].type | unsupported_parameter | \"system\":[{\"type\":\"image\"}]",
        "frequency_penalty | unknown_parameter | \"frequency_penalty\":1"
      })
  void shouldNameTheParameterThatItRefuses(String param, String code, String parameter) {
    assertRefused(messageBody("," + parameter), param, code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "max_tokens | invalid_request | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
        "messages | invalid_request | {\"model\":\"m\",\"max_tokens\":1,\"messages\":[]}",
        "messages | unsupported_parameter | {\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"}]}",
        "messages[0].role | invalid_request | {\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"system\",\"content\":\"a\"}]}",
        "messages[0].content | invalid_request | {\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\"}]}",
        "messages[0].content[0].type | unsupported_parameter | {\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\"}]}]}",
        "messages[0].content[0].type | unsupported_parameter | {\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_use\"}]}]}",
        "messages[0].content[0].tool_use_id | invalid_request | {\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\"}]}]}",
        "messages[0].content[0].input | invalid_request | {\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"i\",\"name\":\"f\"}]}]}"
      })
  void shouldNameThePlaceInTheBody(String param, String code, String body) {
    assertRefused(body, param, code);
  }

  private static void assertRefused(String body, String param, String code) {
    var refusal = catchThrowableOfType(ApiException.class, () -> parse(body));
    assertThat(refusal).as("a refusal").isNotNull();
    assertThat(refusal.error().status()).isEqualTo(400);
    assertThat(refusal.error().param()).isEqualTo(param);
    assertThat(refusal.error().code()).isEqualTo(code);
    assertThat(refusal.error().message()).contains(param);
  }

  private static Submission message(String more) {
    return parse(messageBody(more));
  }

  private static String messageBody(String more) {
    return "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
        + more
        + "}";
  }

  private static Submission parse(String body) {
    return MessagesParameters.parser(() -> Instant.EPOCH).parse(body, "default", "id");
  }
}
