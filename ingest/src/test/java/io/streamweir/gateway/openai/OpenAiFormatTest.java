package io.streamweir.gateway.openai;

import static io.streamweir.support.GatewayClient.events;
import static io.streamweir.support.GatewayClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.gateway.generation.Completion;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.TokenCandidate;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenLogprob;
import io.streamweir.schemas.TokenUsage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
    var event = chat(false).delta(0, chunk(text));

    assertThat(event).startsWith("data: {").endsWith("}\n\n");
    assertThat(event.strip()).doesNotContain("\n");
    assertThat(json(events(event).get(0)).at("/choices/0/delta/content").asText()).isEqualTo(text);
  }

  @Test
  void shouldKeepTheTextApartFromAModelNameThatLooksLikeIt() {
    var format = OpenAiFormat.chat(head("\u0000\\u0000", false));

    var event = json(events(format.delta(0, chunk("text"))).get(0));

    assertThat(event.path("model").asText()).isEqualTo("\u0000\\u0000");
    assertThat(event.at("/choices/0/delta/content").asText()).isEqualTo("text");
  }

  @Test
  void shouldEndWithFinishReasonUsageAndDone() {
    var format = chat(true);
    var events = events(format.finish(0, last("stop")) + format.close(USAGE));

    assertThat(events).hasSize(3);
    assertThat(json(events.get(0)).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(json(events.get(1)).at("/usage/total_tokens").asInt()).isEqualTo(5);
    assertThat(json(events.get(1)).at("/usage/prompt_tokens_details/cached_tokens").asInt())
        .isEqualTo(1);
    assertThat(events.get(2)).isEqualTo("[DONE]");
  }

  @Test
  void shouldLeaveOutTheUsageWhenNobodyAskedOrTheLogDoesNotTell() {
    assertThat(events(chat(false).close(USAGE))).containsExactly("[DONE]");
    assertThat(events(chat(true).close(null))).containsExactly("[DONE]");
  }

  @Test
  void shouldTellTheCountsSoFarInEachEventWhenAsked() {
    var format = OpenAiFormat.chat(new Head("r1", "m", 0, true, true));
    var first = TokenChunk.newBuilder(chunk("a")).setTokenIds(List.of(7)).setUsage(USAGE).build();
    var silent = TokenChunk.newBuilder(chunk("")).setFirstIndex(1).setTokenIds(List.of(8)).build();
    var third = TokenChunk.newBuilder(chunk("c")).setFirstIndex(2).setTokenIds(List.of(9)).build();

    format.see(0, first);
    var stream = new StringBuilder(format.open(0, first) + format.delta(0, first));
    format.see(0, silent);
    format.see(0, third);
    stream.append(format.delta(0, third));

    assertThat(events(stream.toString()))
        .extracting(event -> json(event).at("/usage/prompt_tokens").asInt())
        .containsExactly(3, 3, 3);
    assertThat(events(stream.toString()))
        .extracting(event -> json(event).at("/usage/completion_tokens").asInt())
        .containsExactly(1, 1, 3);
    assertThat(json(events(stream.toString()).get(2)).at("/choices/0/logprobs").isNull()).isTrue();
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
    var format = OpenAiFormat.completions(head("m", false));

    assertThat(format.open(0, chunk("text"))).isEmpty();
    var completion = new Completion("text", List.of(), last("length"));
    var whole = json(format.whole(List.of(completion), USAGE));
    assertThat(whole.path("object").asText()).isEqualTo("text_completion");
    assertThat(whole.path("id").asText()).isEqualTo("cmpl-r1");
    assertThat(whole.path("created").asLong()).isEqualTo(1_700_000_000L);
    assertThat(whole.at("/choices/0/text").asText()).isEqualTo("text");
  }

  private static ReplyFormat chat(boolean includeUsage) {
    return OpenAiFormat.chat(head("m", includeUsage));
  }

  @Test
  void shouldNumberItsChoices() {
    var format = chat(false);
    var choices =
        List.of(
            new Completion("a", List.of(), last("stop")),
            new Completion("b", List.of(), last("length")));

    var whole = json(format.whole(choices, USAGE));

    assertThat(whole.path("choices").findValuesAsText("index")).containsExactly("0", "1");
    assertThat(whole.at("/choices/1/message/content").asText()).isEqualTo("b");
    assertThat(whole.at("/choices/1/finish_reason").asText()).isEqualTo("length");
    for (var event :
        List.of(
            format.open(1, chunk("x")),
            format.delta(1, chunk("x")),
            format.finish(1, last("stop")))) {
      assertThat(json(events(event).get(0)).at("/choices/0/index").asInt()).isEqualTo(1);
    }
  }

  @Test
  void shouldGiveLogprobsAChatsForm() {
    var chunk = TokenChunk.newBuilder(chunk("é!")).setLogprobs(logprobs()).build();

    var content =
        json(events(chat(false).delta(0, chunk)).get(0)).at("/choices/0/logprobs/content");

    assertThat(content).hasSize(2);
    assertThat(content.at("/0/token").asText()).isEqualTo("é");
    assertThat(content.at("/0/bytes").toString()).isEqualTo("[195,169]");
    assertThat(content.at("/0/logprob").asDouble()).isEqualTo(-0.5);
    assertThat(content.at("/0/top_logprobs/0/token").asText()).isEqualTo("e");
    assertThat(content.at("/0/top_logprobs/0/logprob").asDouble()).isEqualTo(-1.5);
    assertThat(content.at("/1/token").asText()).isEqualTo("token_id:8");
    assertThat(content.at("/1/bytes").isNull()).isTrue();
  }

  @Test
  void shouldGiveLogprobsACompletionsForm() {
    var format = OpenAiFormat.completions(head("m", false));
    var completion = new Completion("é!", logprobs(), last("stop"));

    var logprobs = json(format.whole(List.of(completion), USAGE)).at("/choices/0/logprobs");

    assertThat(logprobs.path("tokens").toString()).isEqualTo("[\"é\",\"token_id:8\"]");
    assertThat(logprobs.path("token_logprobs").toString()).isEqualTo("[-0.5,-2.0]");
    assertThat(logprobs.path("text_offset").toString()).isEqualTo("[0,1]");
    assertThat(logprobs.at("/top_logprobs/0/e").asDouble()).isEqualTo(-1.5);
  }

  private static List<TokenLogprob> logprobs() {
    return List.of(
        TokenLogprob.newBuilder()
            .setTokenId(7)
            .setToken(bytes("é"))
            .setLogprob(-0.5f)
            .setTop(List.of(new TokenCandidate(9, bytes("e"), -1.5f)))
            .build(),
        TokenLogprob.newBuilder().setTokenId(8).setLogprob(-2).build());
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static TokenChunk chunk(String text) {
    return TokenChunk.newBuilder().setRequestId("r1").setText(text).build();
  }

  private static TokenChunk last(String finishReason) {
    return TokenChunk.newBuilder().setRequestId("r1").setFinishReason(finishReason).build();
  }

  private static Head head(String model, boolean includeUsage) {
    return new Head("r1", model, 1_700_000_000_123L, includeUsage, false);
  }
}
