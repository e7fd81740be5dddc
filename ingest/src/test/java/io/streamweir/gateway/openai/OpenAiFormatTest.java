package io.streamweir.gateway.openai;

import static io.streamweir.support.GatewayClient.events;
import static io.streamweir.support.GatewayClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.generation.Submission;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.schemas.TokenUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiFormatTest {

  private static final TokenUsage USAGE =
      TokenUsage.newBuilder().setPromptTokens(3).setCompletionTokens(2).setCachedTokens(1).build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "\"quoted\" \\ back",
        "two\nlines\r\n",
        "\u0000\u001f",
        "😀é漢",
        "data: x\n\n"
      })
  void shouldCarryAnyTextInOneEvent(String text) {
    var event = chat(false).delta(text);

    assertThat(event).startsWith("data: {").endsWith("}\n\n");
    assertThat(event.strip()).doesNotContain("\n");
    assertThat(json(events(event).get(0)).at("/choices/0/delta/content").asText()).isEqualTo(text);
  }

  @Test
  void shouldKeepTheTextApartFromAModelNameThatLooksLikeIt() {
    var format = OpenAiFormat.chat(submission("\u0000\\u0000", false));

    var event = json(events(format.delta("text")).get(0));

    assertThat(event.path("model").asText()).isEqualTo("\u0000\\u0000");
    assertThat(event.at("/choices/0/delta/content").asText()).isEqualTo("text");
  }

  @Test
  void shouldEndWithFinishReasonUsageAndDone() {
    var events = events(chat(true).close("stop", USAGE));

    assertThat(events).hasSize(3);
    assertThat(json(events.get(0)).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(json(events.get(1)).at("/usage/total_tokens").asInt()).isEqualTo(5);
    assertThat(json(events.get(1)).at("/usage/prompt_tokens_details/cached_tokens").asInt())
        .isEqualTo(1);
    assertThat(events.get(2)).isEqualTo("[DONE]");
  }

  @Test
  void shouldLeaveOutTheUsageWhenNobodyAskedOrTheLogDoesNotTell() {
    assertThat(events(chat(false).close("stop", USAGE))).hasSize(2);
    assertThat(events(chat(true).close("stop", null))).hasSize(2);
  }

  @Test
  void shouldGiveErrorsOpenAisForm() {
    var refusal = json(chat(false).refusal(new ApiError(429, "slow_down", "Too many.", "p")));

    assertThat(refusal.at("/error/type").asText()).isEqualTo("rate_limit_error");
    assertThat(refusal.at("/error/code").asText()).isEqualTo("slow_down");
    assertThat(refusal.at("/error/message").asText()).isEqualTo("Too many.");
    assertThat(refusal.at("/error/param").asText()).isEqualTo("p");
    assertThat(json(OpenAiErrors.body(ApiError.of(500, "c", "m"))).at("/error/param").isNull())
        .isTrue();
  }

  @Test
  void shouldGiveACompletionItsOwnShape() {
    var format = OpenAiFormat.completions(submission("m", false));

    assertThat(format.open()).isEmpty();
    var whole = json(format.whole("text", "length", USAGE));
    assertThat(whole.path("object").asText()).isEqualTo("text_completion");
    assertThat(whole.path("id").asText()).isEqualTo("cmpl-r1");
    assertThat(whole.path("created").asLong()).isEqualTo(1_700_000_000L);
    assertThat(whole.at("/choices/0/text").asText()).isEqualTo("text");
  }

  private static ReplyFormat chat(boolean includeUsage) {
    return OpenAiFormat.chat(submission("m", includeUsage));
  }

  private static Submission submission(String model, boolean includeUsage) {
    var request =
        InferenceRequest.newBuilder()
            .setRequestId("r1")
            .setModel(model)
            .setSampling(SamplingParams.newBuilder().build())
            .setCreatedAtMs(1_700_000_000_123L)
            .build();
    return new Submission(request, true, includeUsage);
  }
}
