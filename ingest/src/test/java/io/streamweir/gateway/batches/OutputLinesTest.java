package io.streamweir.gateway.batches;

import static io.streamweir.support.GatewayClient.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.streamweir.gateway.anthropic.AnthropicFormat;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.openai.OpenAiFormat;
import io.streamweir.gateway.parameters.Values;
import io.streamweir.schemas.ChatAnswer;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.Timings;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.ToolCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Text that is no Unicode, from a client or from a model, is written as a question mark. */
class OutputLinesTest {

  private static final String HALF = "\ud83d";

  private final OutputLines lines = new OutputLines(OpenAiFormat::chat);

  @Test
  void shouldWriteHalfOfAPairInAnError() {
    var error = ApiError.invalid(HALF, "'" + HALF + "' is unknown");

    var refused = read(lines.refused("batch_x.1", "a", error));
    assertThat(refused.at("/response/body/error/message").asText()).isEqualTo("'?' is unknown");
    assertThat(refused.at("/response/body/error/param").asText()).isEqualTo("?");

    var unread = read(lines.unanswered("batch_x.1", HALF, "code", "'" + HALF + "' is unknown"));
    assertThat(unread.at("/error/message").asText()).isEqualTo("'?' is unknown");
    assertThat(unread.path("custom_id").asText()).isEqualTo("?");
  }

  @Test
  void shouldWriteHalfOfAPairInTheArgumentsOfATool() {
    var answer =
        ChatAnswer.newBuilder()
            .setReasoning("")
            .setContent("")
            .setToolCalls(List.of(new ToolCall("call_1", "say", "{\"text\":\"a\\ud83d\"}")))
            .build();
    var result =
        InferenceResult.newBuilder()
            .setRequestId("batch_x.1")
            .setTenant("shop")
            .setModel("m")
            .setStatus(ResultStatus.COMPLETED)
            .setFinishReason("tool_calls")
            .setText("")
            .setAnswer(answer)
            .setUsage(TokenUsage.newBuilder().setPromptTokens(1).setCompletionTokens(1).build())
            .setTimings(Timings.newBuilder().setCreatedAtMs(0).setFinishedAtMs(0).build())
            .setMetadata(Map.of())
            .build();

    var line = read(new OutputLines(AnthropicFormat::new).completed("a", result));

    assertThat(line.at("/response/body/content/0/input/text").asText()).isEqualTo("a?");
  }

  @Test
  void shouldShowNoHalfOfAPair() {
    var shown = Values.show(TextNode.valueOf("x".repeat(58) + "\ud83d\ude00 and more"));

    assertThat(shown).isEqualTo("the string \"" + "x".repeat(58) + "...");
  }

  private static JsonNode read(byte[] line) {
    return json(new String(line, UTF_8));
  }
}
