package io.streamweir.gateway.anthropic;

import static io.streamweir.support.GatewayClient.eventTypes;
import static io.streamweir.support.GatewayClient.events;
import static io.streamweir.support.GatewayClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.gateway.generation.Completion;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.ChatAnswer;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.ToolCall;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicFormatTest {

  private static final TokenUsage USAGE =
      TokenUsage.newBuilder().setPromptTokens(9).setCompletionTokens(2).setCachedTokens(4).build();

  private final AnthropicFormat format = new AnthropicFormat(new Head("r1", "m", 0, false, false));

  @Test
  void shouldTypeItsEventsInTheOrderThatClientsExpect() {
    var last = last("stop").setUsage(USAGE).build();

    var stream =
        format.open(0, chunk("a"))
            + format.delta(0, chunk("a"))
            + format.delta(0, chunk("b"))
            + format.finish(0, last)
            + format.close(USAGE);

    assertThat(eventTypes(stream))
        .containsExactly(
            "message_start",
            "content_block_start",
            "ping",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
    assertThat(events(stream))
        .extracting(event -> json(event).path("type").asText())
        .containsExactlyElementsOf(eventTypes(stream));
    var end = json(events(stream).get(6));
    assertThat(end.at("/delta/stop_reason").asText()).isEqualTo("end_turn");
    assertThat(end.at("/delta/stop_sequence").isNull()).isTrue();
    assertThat(end.at("/usage/input_tokens").asInt()).isEqualTo(5);
    assertThat(end.at("/usage/cache_read_input_tokens").asInt()).isEqualTo(4);
    assertThat(end.at("/usage/output_tokens").asInt()).isEqualTo(2);
  }

  @Test
  void shouldBeginWithTheCountsOfThePrompt() {
    format.see(0, TokenChunk.newBuilder(chunk("")).setUsage(USAGE).build());

    var start = json(events(format.open(0, chunk("a"))).get(0));

    assertThat(start.at("/message/usage/input_tokens").asInt()).isEqualTo(5);
    assertThat(start.at("/message/usage/cache_read_input_tokens").asInt()).isEqualTo(4);
  }

  @Test
  void shouldTakeACallWithoutArgumentsForOneWithNone() {
    var answer = new ChatAnswer("", "", List.of(new ToolCall("call_1", "now", "")));

    var whole =
        json(
            format.whole(
                List.of(new Completion("", answer, List.of(), last("tool_calls").build())), USAGE));

    assertThat(whole.at("/content/0/input").isObject()).isTrue();
    assertThat(whole.at("/content/0/input")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"stop,,end_turn", "length,,max_tokens", "stop,END,stop_sequence"})
  void shouldSayWhyTheMessageEnded(String finishReason, String stopSequence, String stopReason) {
    var last = last(finishReason).setStopSequence(stopSequence).build();

    var whole = json(format.whole(List.of(new Completion("text", List.of(), last)), USAGE));

    assertThat(whole.path("stop_reason").asText()).isEqualTo(stopReason);
    assertThat(whole.path("stop_sequence").asText(null)).isEqualTo(stopSequence);
    assertThat(whole.at("/content/0/text").asText()).isEqualTo("text");
    assertThat(whole.path("id").asText()).isEqualTo("msg_r1");
  }

  @ParameterizedTest
  @CsvSource({
    "400,invalid_request_error",
    "401,authentication_error",
    "404,not_found_error",
    "413,request_too_large",
    "429,rate_limit_error",
    "500,api_error",
    "503,overloaded_error",
    "504,timeout_error"
  })
  void shouldGiveErrorsAnthropicsForm(int status, String type) {
    var refusal = json(format.refusal(ApiError.of(status, "code", "Why.")));

    assertThat(refusal.path("type").asText()).isEqualTo("error");
    assertThat(refusal.at("/error/type").asText()).isEqualTo(type);
    assertThat(refusal.at("/error/message").asText()).isEqualTo("Why.");
    assertThat(eventTypes(format.failure(ApiError.of(status, "c", "m")))).containsExactly("error");
  }

  private static TokenChunk chunk(String text) {
    return TokenChunk.newBuilder().setRequestId("r1").setText(text).build();
  }

  private static TokenChunk.Builder last(String finishReason) {
    return TokenChunk.newBuilder().setRequestId("r1").setFinishReason(finishReason);
  }
}
