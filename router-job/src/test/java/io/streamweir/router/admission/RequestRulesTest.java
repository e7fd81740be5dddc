package io.streamweir.router.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.router.Requests;
import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.ReplyPartitions;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.InferenceRequest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RequestRulesTest {

  private static final int MAX_PROMPT_CHARS = 1000;

  private final RequestRules rules = new RequestRules(MAX_PROMPT_CHARS, new ReplyPartitions(6));

  record Case(String message, ErrorCode code, Consumer<InferenceRequest> change) {
    @Override
    public String toString() {
      return message;
    }
  }

  static Stream<Case> bad() {
    return Stream.of(
        invalid("request_id is ''", r -> r.setRequestId("")),
        invalid("request_id is 'xxx", r -> r.setRequestId("x".repeat(129))),
        invalid("request_id is 'a\\u0007b'", r -> r.setRequestId("a\u0007b")),
        invalid("request_id is 'a\\u000ab'", r -> r.setRequestId("a\nb")),
        invalid("request_id is 'a\uFFFD'", r -> r.setRequestId("a\uFFFD")),
        invalid("tenant is ''", r -> r.setTenant("")),
        invalid("tenant is 'a/b'", r -> r.setTenant("a/b")),
        invalid("tenant is 'größe'", r -> r.setTenant("größe")),
        invalid("tenant is 'ttt", r -> r.setTenant("t".repeat(65))),
        invalid("model is ''", r -> r.setModel("")),
        invalid("... (257 characters)", r -> r.setModel("m".repeat(257))),
        invalid("accelerator is 'tpu'", r -> r.setAccelerator("tpu")),
        invalid("tools is not a JSON array", r -> r.setTools("{}")),
        invalid("the length of tools is 262145", r -> r.setTools(" ".repeat((1 << 18) + 1))),
        invalid("tools is empty", r -> r.setToolChoice("\"required\"")),
        invalid("thinking_budget is -1", r -> r.setThinkingBudget(-1)),
        invalid(
            "enable_thinking or thinking_budget is given beside a prompt",
            r -> {
              r.setMessages(List.of());
              r.setPrompt("hello");
              r.setEnableThinking(false);
            }),
        invalid("Both messages and prompt", r -> r.setPrompt("hello")),
        new Case("Neither", ErrorCode.PROMPT_EMPTY, r -> r.setMessages(List.of())),
        new Case(
            "no character",
            ErrorCode.PROMPT_EMPTY,
            r -> {
              r.setMessages(List.of());
              r.setPrompt("");
            }),
        new Case(
            "no character",
            ErrorCode.PROMPT_EMPTY,
            r -> r.setMessages(List.of(Requests.message("user", "")))),
        new Case(
            "1001 characters",
            ErrorCode.PROMPT_TOO_LARGE,
            r ->
                r.setMessages(
                    List.of(
                        Requests.message("system", "x".repeat(500)),
                        Requests.message("user", "y".repeat(501))))),
        invalid(
            "messages[1].role is 'wizard'",
            r ->
                r.setMessages(
                    List.of(Requests.message("user", "a"), Requests.message("wizard", "b")))),
        invalid(
            "messages[1].content is absent",
            r ->
                r.setMessages(
                    List.of(Requests.message("user", "a"), Requests.message("assistant", null)))),
        invalid("messages[0].tool_calls is '{}'", r -> r.setMessages(toolCalls("{}"))),
        invalid("messages[0].tool_calls is 'nonsense'", r -> r.setMessages(toolCalls("nonsense"))),
        new Case(
            "half a surrogate pair",
            ErrorCode.INVALID_TEXT,
            r -> r.setMessages(toolCalls("[{\"name\": \"\\ud800\"}]"))),
        invalid(
            "chat_template_kwargs['thinking'] is 'yes'",
            r -> r.setChatTemplateKwargs(Map.of("thinking", "yes"))),
        invalid(
            "chat_template_kwargs['thinking'] is 'true false'",
            r -> r.setChatTemplateKwargs(Map.of("thinking", "true false"))),
        invalid(
            "chat_template_kwargs is 70002 characters",
            r -> r.setChatTemplateKwargs(Map.of("x", "\"" + "y".repeat(70_000) + "\""))),
        new Case(
            "half a surrogate pair",
            ErrorCode.INVALID_TEXT,
            r -> r.setChatTemplateKwargs(Map.of("x", "{\"a\\udc00\": 1}"))),
        invalid("max_tokens is 0", r -> r.getSampling().setMaxTokens(0)),
        invalid("max_tokens is -2147483648", r -> r.getSampling().setMaxTokens(Integer.MIN_VALUE)),
        invalid("temperature is -0.1", r -> r.getSampling().setTemperature(-0.1)),
        invalid("temperature is 2.01", r -> r.getSampling().setTemperature(2.01)),
        invalid("temperature is NaN", r -> r.getSampling().setTemperature(Double.NaN)),
        invalid(
            "temperature is Infinity",
            r -> r.getSampling().setTemperature(Double.POSITIVE_INFINITY)),
        invalid("top_p is 0.0", r -> r.getSampling().setTopP(0.0)),
        invalid("top_p is 1.1", r -> r.getSampling().setTopP(1.1)),
        invalid("top_p is NaN", r -> r.getSampling().setTopP(Double.NaN)),
        invalid("top_k is -1", r -> r.getSampling().setTopK(-1)),
        invalid("stop is a list of 17", r -> r.getSampling().setStop(Collections.nCopies(17, "x"))),
        invalid("stop[1] is ''", r -> r.getSampling().setStop(List.of("a", ""))),
        invalid("stop[0] is 'sss", r -> r.getSampling().setStop(List.of("s".repeat(257)))),
        invalid("stop_token_ids is -7", r -> r.getSampling().setStopTokenIds(List.of(3, -7))),
        invalid(
            "stop_token_ids is a list of 257",
            r -> r.getSampling().setStopTokenIds(Collections.nCopies(257, 1))),
        invalid("presence_penalty is 2.1", r -> r.getSampling().setPresencePenalty(2.1)),
        invalid("presence_penalty is NaN", r -> r.getSampling().setPresencePenalty(Double.NaN)),
        invalid("frequency_penalty is -3.0", r -> r.getSampling().setFrequencyPenalty(-3.0)),
        invalid("repetition_penalty is 0.0", r -> r.getSampling().setRepetitionPenalty(0.0)),
        invalid("repetition_penalty is NaN", r -> r.getSampling().setRepetitionPenalty(Double.NaN)),
        invalid(
            "response_format is refused. Output format, 'type' at /type",
            r -> r.getSampling().setResponseFormat("{\"type\":\"xml\"}")),
        invalid(
            "ignore_eos is true",
            r -> {
              r.getSampling().setResponseFormat("{\"type\":\"json_object\"}");
              r.getSampling().setIgnoreEos(true);
            }),
        invalid("min_p is 1.5", r -> r.getSampling().setMinP(1.5)),
        invalid("min_tokens is -1", r -> r.getSampling().setMinTokens(-1)),
        invalid("min_tokens is 9", r -> r.getSampling().setMinTokens(9)),
        invalid("logit_bias['7'] is 100.5", r -> r.getSampling().setLogitBias(Map.of("7", 100.5))),
        invalid("logit_bias['x'] is 1.0", r -> r.getSampling().setLogitBias(Map.of("x", 1.0))),
        invalid(
            "logit_bias['9999999999'] is 1.0",
            r -> r.getSampling().setLogitBias(Map.of("9999999999", 1.0))),
        invalid(
            "logit_bias is a map of 1025",
            r ->
                r.getSampling()
                    .setLogitBias(
                        IntStream.range(0, 1025)
                            .boxed()
                            .collect(Collectors.toMap(String::valueOf, id -> 1.0)))),
        invalid("top_logprobs is 21", r -> r.getSampling().setTopLogprobs(21)),
        invalid("top_logprobs is -1", r -> r.getSampling().setTopLogprobs(-1)),
        invalid("ttft_slo_ms is 0", r -> r.setTtftSloMs(0L)),
        invalid("tpot_slo_ms is -1", r -> r.setTpotSloMs(-1L)),
        invalid("ttlt_slo_ms is 9223372036854775807", r -> r.setTtltSloMs(Long.MAX_VALUE)),
        invalid("priority is 1001", r -> r.setPriority(1001)),
        invalid("priority is -2147483648", r -> r.setPriority(Integer.MIN_VALUE)),
        invalid("reply_partition is -1", r -> r.setReplyPartition(-1)),
        invalid("reply_partition is 6", r -> r.setReplyPartition(6)),
        invalid(
            "metadata is 70003 characters", r -> r.setMetadata(Map.of("key", "v".repeat(70_000)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void shouldSayFieldValueAndRangeWhenRuleIsBroken(Case bad) {
    var request = Requests.chat("r-1").build();
    bad.change().accept(request);

    assertThat(rules.check(request))
        .hasValueSatisfying(
            rejection -> {
              assertThat(rejection.code()).isEqualTo(bad.code());
              assertThat(rejection.message()).contains(bad.message()).hasSizeLessThan(400);
            });
  }

  static Stream<Consumer<InferenceRequest>> good() {
    return Stream.of(
        r -> r.setRequestId("ü".repeat(128)),
        r -> r.setRequestId("a/b c"),
        r -> r.setTenant("A-z_0.9"),
        r -> r.setAccelerator("npu"),
        r -> r.setMessages(List.of(Requests.message("user", "x".repeat(MAX_PROMPT_CHARS)))),
        r -> r.setMessages(toolCalls("[{\"name\": \"\\ud83d\\ude00\"}]")),
        r -> r.setChatTemplateKwargs(Map.of("thinking", "false", "tools", "[{\"a\": null}]")),
        r -> r.getSampling().setMaxTokens(null),
        r -> r.getSampling().setMaxTokens(Integer.MAX_VALUE),
        r -> r.getSampling().setTemperature(0.0),
        r -> r.getSampling().setTemperature(2.0),
        r -> r.getSampling().setTopP(1.0),
        r -> r.getSampling().setTopP(Double.MIN_VALUE),
        r -> r.getSampling().setTopK(0),
        r -> r.getSampling().setStop(Collections.nCopies(16, "s".repeat(256))),
        r -> r.getSampling().setSeed(Long.MIN_VALUE),
        r -> r.getSampling().setPresencePenalty(-2.0),
        r -> r.getSampling().setFrequencyPenalty(2.0),
        r -> r.getSampling().setRepetitionPenalty(2.0),
        r -> r.getSampling().setMinP(1.0),
        r -> r.getSampling().setMinTokens(8),
        r -> r.getSampling().setLogitBias(Map.of("0", -100.0, "151935", 100.0)),
        r -> r.getSampling().setTopLogprobs(20),
        r -> r.setTtftSloMs(1L),
        r -> r.setPriority(-1000),
        r -> r.setReplyPartition(5),
        r -> r.setDeadlineMs(1L));
  }

  @ParameterizedTest
  @MethodSource("good")
  void shouldLetPassWhenValueIsAtItsBound(Consumer<InferenceRequest> change) {
    var request = Requests.chat("r-1").build();
    change.accept(request);

    assertThat(rules.check(request)).isEmpty();
    assertThat(rules.checkIdentity(request)).isEmpty();
  }

  @Test
  void shouldTellIdentityFromOtherFaultsWhenAsked() {
    var badIdentity = Requests.chat("r-1").setTenant("a/b").build();
    var badValue = Requests.chat("r-1").setPriority(5000).build();

    assertThat(rules.checkIdentity(badIdentity)).isPresent();
    assertThat(rules.checkIdentity(badValue)).isEmpty();
  }

  private static Case invalid(String message, Consumer<InferenceRequest> change) {
    return new Case(message, ErrorCode.INVALID_REQUEST, change);
  }

  private static List<ChatMessage> toolCalls(String json) {
    return List.of(ChatMessage.newBuilder().setRole("assistant").setToolCalls(json).build());
  }
}
