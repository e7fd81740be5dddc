package io.streamweir.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.router.Requests;
import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.routing.Routed;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.text.Message;
import io.streamweir.text.ModelText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PromptEncoderTest {

  private static ModelText text;
  private static int chatTokens;

  @BeforeAll
  static void load() {
    text = ModelText.load(Path.of("../models/support-intents"));
    chatTokens =
        text.encodeChat(List.of(Message.of("user", "Where is my order 4711?")), Map.of()).length;
  }

  @AfterAll
  static void close() {
    text.close();
  }

  @Test
  void shouldTakeWhatTheRequestSaysWhenItSaysIt() {
    var sampling =
        SamplingParams.newBuilder()
            .setMaxTokens(3)
            .setTemperature(0.7)
            .setTopP(0.9)
            .setTopK(40)
            .setSeed(99L)
            .setStop(List.of("\n"))
            .setStopTokenIds(List.of(5))
            .setIgnoreEos(true)
            .setPresencePenalty(0.5)
            .setFrequencyPenalty(-0.5)
            .setRepetitionPenalty(1.1)
            .setMinP(0.05)
            .setMinTokens(2)
            .setLogitBias(Map.of("5", -100.0))
            .setTopLogprobs(3)
            .build();

    var resolved = ready(Requests.chat("r").setSampling(sampling).build(), 100).getSampling();

    assertThat(resolved.getMaxTokens()).isEqualTo(3);
    assertThat(resolved.getTemperature()).isEqualTo(0.7);
    assertThat(resolved.getTopP()).isEqualTo(0.9);
    assertThat(resolved.getTopK()).isEqualTo(40);
    assertThat(resolved.getSeed()).isEqualTo(99);
    assertThat(resolved.getStop()).containsExactly("\n");
    assertThat(resolved.getStopTokenIds()).containsExactly(5);
    assertThat(resolved.getIgnoreEos()).isTrue();
    assertThat(resolved.getPresencePenalty()).isEqualTo(0.5);
    assertThat(resolved.getFrequencyPenalty()).isEqualTo(-0.5);
    assertThat(resolved.getRepetitionPenalty()).isEqualTo(1.1);
    assertThat(resolved.getMinP()).isEqualTo(0.05);
    assertThat(resolved.getMinTokens()).isEqualTo(2);
    assertThat(resolved.getLogitBias()).containsOnly(Map.entry("5", -100.0));
    assertThat(resolved.getTopLogprobs()).isEqualTo(3);
  }

  @Test
  void shouldFillDefaultsWhenTheRequestSaysNothing() {
    var request = Requests.chat("r").setSampling(SamplingParams.newBuilder().build()).build();

    var resolved = ready(request, 100).getSampling();

    assertThat(resolved.getMaxTokens()).isEqualTo(100 - chatTokens);
    assertThat(resolved.getTemperature()).isEqualTo(text.generationDefaults().temperature());
    assertThat(resolved.getTopP()).isEqualTo(text.generationDefaults().topP());
    assertThat(resolved.getTopK()).isEqualTo(text.generationDefaults().topK());
    assertThat(resolved.getPresencePenalty()).isZero();
    assertThat(resolved.getFrequencyPenalty()).isZero();
    assertThat(resolved.getRepetitionPenalty()).isEqualTo(1);
    assertThat(resolved.getMinP()).isZero();
    assertThat(resolved.getMinTokens()).isZero();
    assertThat(resolved.getLogitBias()).isEmpty();
    assertThat(resolved.getTopLogprobs()).isEqualTo(-1);
  }

  @Test
  void shouldDeriveSeedFromIdentityWhenNoneIsGiven() {
    var first = ready(Requests.chat("r-1").build(), 100).getSampling().getSeed();

    assertThat(ready(Requests.chat("r-1").build(), 100).getSampling().getSeed()).isEqualTo(first);
    assertThat(ready(Requests.chat("r-2").build(), 100).getSampling().getSeed())
        .isNotEqualTo(first);
    assertThat(ready(Requests.chat("r-1").setTenant("t").build(), 100).getSampling().getSeed())
        .isNotEqualTo(first);
  }

  @Test
  void shouldRefuseWhenPromptLeavesNoRoomForAToken() {
    var request = Requests.chat("r").build();
    request.getSampling().setMaxTokens(null);

    assertRefused(request, chatTokens, ErrorCode.CONTEXT_LENGTH_EXCEEDED, chatTokens + " tokens");
    assertThat(ready(request, chatTokens + 1).getSampling().getMaxTokens()).isEqualTo(1);
  }

  @Test
  void shouldRefuseWhenPromptAndMaxTokensExceedTheContext() {
    var request = Requests.chat("r").build();

    assertThat(ready(request, chatTokens + 8).getSampling().getMaxTokens()).isEqualTo(8);
    assertRefused(
        request, chatTokens + 7, ErrorCode.CONTEXT_LENGTH_EXCEEDED, "ask for at most 7 tokens");
    request.getSampling().setMinTokens(9);
    request.getSampling().setMaxTokens(null);
    assertRefused(request, chatTokens + 8, ErrorCode.CONTEXT_LENGTH_EXCEEDED, "min_tokens is 9");
    request.getSampling().setMinTokens(null);
    request.getSampling().setMaxTokens(Integer.MAX_VALUE);
    assertRefused(
        request, chatTokens + 7, ErrorCode.CONTEXT_LENGTH_EXCEEDED, "max_tokens is 2147483647");
  }

  @Test
  void shouldKeepToThePositionsOfTheModelWhenTheDeploymentClaimsMore() {
    var request = Requests.chat("r").setSampling(SamplingParams.newBuilder().build()).build();

    assertThat(ready(request, 1_000_000).getSampling().getMaxTokens())
        .isEqualTo(text.maxPositionEmbeddings() - chatTokens);
    request.setMessages(List.of(Requests.message("user", "order ".repeat(50_000))));
    assertRefused(request, 1_000_000, ErrorCode.CONTEXT_LENGTH_EXCEEDED, "2048");
  }

  private static DispatchedRequest ready(InferenceRequest request, int maxModelLen) {
    return ((Prepared.Ready) PromptEncoder.prepare(request, routed(maxModelLen), text)).request();
  }

  private static void assertRefused(
      InferenceRequest request, int maxModelLen, ErrorCode code, String message) {
    assertThat(PromptEncoder.prepare(request, routed(maxModelLen), text))
        .isInstanceOfSatisfying(
            Prepared.Refused.class,
            refused -> {
              assertThat(refused.rejection().code()).isEqualTo(code);
              assertThat(refused.rejection().message()).contains(message);
            });
  }

  private static Routed routed(int maxModelLen) {
    var routed = new Routed();
    routed.deployment = "d";
    routed.maxModelLen = maxModelLen;
    return routed;
  }
}
