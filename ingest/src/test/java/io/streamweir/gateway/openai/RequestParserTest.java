package io.streamweir.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamweir.gateway.generation.Submission;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.parameters.RequestParser;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.SamplingParams;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {

  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_123L);

  private final RequestParser chat = ChatParameters.parser(() -> NOW);
  private final RequestParser completions = CompletionParameters.parser(() -> NOW);

  @Test
  void shouldLeaveToTheModelWhatIsNotAskedFor() {
    var submission = chat("");

    var request = submission.request();
    assertThat(request.getTenant()).isEqualTo("default");
    assertThat(request.getRequestId()).isEqualTo("made-up");
    assertThat(request.getCreatedAtMs()).isEqualTo(NOW.toEpochMilli());
    assertThat(request.getOffline()).isFalse();
    assertThat(request.getPrompt()).isNull();
    assertThat(request.getSampling().getMaxTokens()).isNull();
    assertThat(request.getSampling().getTemperature()).isNull();
    assertThat(submission.delivery().stream()).isFalse();
    assertThat(submission.delivery().includeUsage()).isFalse();
  }

  @Test
  void shouldReadMessagesInEveryFormThatTextHas() {
    var body =
        """
        {"model":"m","messages":[
          {"role":"developer","content":"be brief","name":"boss"},
          {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
          {"role":"assistant","content":"c","refusal":null,"tool_calls":[]}]}""";

    var messages = chat.parse(body, "default", "id").request().getMessages();

    assertThat(messages)
        .extracting(ChatMessage::getRole)
        .containsExactly("system", "user", "assistant");
    assertThat(messages).extracting(ChatMessage::getContent).containsExactly("be brief", "ab", "c");
    assertThat(messages).extracting(ChatMessage::getName).containsExactly("boss", null, null);
  }

  @Test
  void shouldRefuseAModelNameThatIsTooLongToBeOne() {
    var body = "{\"prompt\":\"p\",\"model\":\"" + "m".repeat(257) + "\"}";

    var refusal = refusal(() -> completions.parse(body, "default", "id"));

    assertThat(refusal.error().param()).isEqualTo("model");
    assertThat(refusal.error().message()).contains("at most 256");
  }

  @Test
  void shouldGiveCompletionsOpenAisDefaultLength() {
    var request =
        completions.parse("{\"model\":\"m\",\"prompt\":\"p\"}", "default", "id").request();

    assertThat(request.getPrompt()).isEqualTo("p");
    assertThat(request.getMessages()).isEmpty();
    assertThat(request.getSampling().getMaxTokens()).isEqualTo(16);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"n\":16",
        "\"presence_penalty\":-2",
        "\"frequency_penalty\":2.0",
        "\"repetition_penalty\":2",
        "\"logit_bias\":{}",
        "\"logit_bias\":{\"0\":-100,\"151935\":100}",
        "\"min_p\":1",
        "\"min_tokens\":5,\"max_tokens\":5",
        "\"logprobs\":true,\"top_logprobs\":20",
        "\"top_logprobs\":0",
        "\"background\":true",
        "\"cancel_on_disconnect\":false",
        "\"tools\":[]",
        "\"tool_choice\":\"auto\"",
        "\"parallel_tool_calls\":true",
        "\"response_format\":{\"type\":\"text\"}",
        "\"response_format\":{\"type\":\"json_object\"}",
        "\"logprobs\":false",
        "\"store\":false",
        "\"service_tier\":\"auto\"",
        "\"modalities\":[\"text\"]",
        "\"audio\":null",
        "\"temperature\":null",
        "\"stop\":[\"a\",\"b\"]",
        "\"max_tokens\":5,\"max_completion_tokens\":5",
        "\"stream\":true,\"stream_options\":{\"include_usage\":true}",
        "\"deadline_ms\":1900000000000",
        "\"accelerator\":\"gpu\"",
        "\"safety_identifier\":\"x\""
      })
  void shouldTakeWhatItCanHonour(String parameter) {
    assertThat(chat("," + parameter)).isNotNull();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
            "n | invalid_request | from 1 to 16, but is 17 | \"n\":17",
            "n | invalid_request | from 1 to 16, but is 0 | \"n\":0",
            "n | unsupported_parameter | 'background' | \"n\":2,\"background\":true",
            "background | invalid_request | exclude each other | \"stream\":true,\"background\":true",
            "presence_penalty | invalid_request | from -2.0 to 2.0 | \"presence_penalty\":2.5",
            "frequency_penalty | invalid_request | from -2.0 to 2.0 | \"frequency_penalty\":\"x\"",
            "repetition_penalty | invalid_request | from 0.01 to 2.0 | \"repetition_penalty\":0",
            "min_p | invalid_request | from 0.0 to 1.0 | \"min_p\":-0.1",
            "min_tokens | invalid_request | 0 or more | \"min_tokens\":-1",
            "min_tokens | invalid_request | 'max_tokens' is 3 | \"min_tokens\":4,\"max_tokens\":3",
            "logit_bias | invalid_request | an object | \"logit_bias\":[1]",
            "logit_bias.x | invalid_request | no token id | \"logit_bias\":{\"x\":1}",
            "logit_bias.7 | invalid_request | from -100.0 to 100.0 | \"logit_bias\":{\"7\":101}",
            "top_logprobs | invalid_request | from 0 to 20 | \"logprobs\":true,\"top_logprobs\":21",
            "top_logprobs | invalid_request | only allowed when 'logprobs' | \"top_logprobs\":2",
            "cancel_on_disconnect | invalid_request | true or false | \"cancel_on_disconnect\":1",
            "tools | invalid_request | an array | \"tools\":{}",
            "parallel_tool_calls | invalid_request | true or false | \"parallel_tool_calls\":1",
            "functions | unsupported_parameter | an empty array | \"functions\":[{}]",
            "enable_thinking | invalid_request | true or false | \"enable_thinking\":\"no\"",
            "thinking_budget | invalid_request | 0 or more | \"thinking_budget\":-1",
            "logprobs | invalid_request | true or false | \"logprobs\":3",
            "response_format | invalid_request | an object | \"response_format\":\"json\"",
            "response_format | invalid_request | no 'type' | \"response_format\":{}",
            "reasoning_effort | unsupported_parameter | not supported | \"reasoning_effort\":\"low\"",
            "store | unsupported_parameter | only false | \"store\":true",
            "service_tier | unsupported_parameter | only auto or default | \"service_tier\":\"flex\"",
            "stream_options.x | unsupported_parameter | leave it out | \"stream\":true,\"stream_options\":{\"x\":1}",
            "stream_options | invalid_request | only allowed when 'stream' is true | \"stream_options\":{\"include_usage\":true}",
            "temprature | unknown_parameter | check its spelling | \"temprature\":1",
            "temperature | invalid_request | a number from 0.0 to 2.0, but is 2.1 | \"temperature\":2.1",
            "temperature | invalid_request | but is the string \"hot\" | \"temperature\":\"hot\"",
            "temperature | invalid_request | but is -1 | \"temperature\":-1",
            "temperature | invalid_request | Infinity | \"temperature\":1e400",
            "top_p | invalid_request | above 0 | \"top_p\":0",
            "top_k | invalid_request | -1 or more, but is -2 | \"top_k\":-2",
            "max_tokens | invalid_request | 1 or more, but is 0 | \"max_tokens\":0",
            "max_tokens | invalid_request | but is -7 | \"max_tokens\":-7",
            "max_tokens | invalid_request | but is 1.5 | \"max_tokens\":1.5",
            "max_tokens | invalid_request | but is 99999999999 | \"max_tokens\":99999999999",
            "max_completion_tokens | invalid_request | differ | \"max_tokens\":5,\"max_completion_tokens\":6",
            "seed | invalid_request | 64-bit whole number | \"seed\":99999999999999999999",
            "stream | invalid_request | true or false, but is the string \"yes\" | \"stream\":\"yes\"",
            "stop | invalid_request | empty string | \"stop\":\"\"",
            "stop | invalid_request | at most 16 | \"stop\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\",\"17\"]",
            "stop_token_ids | invalid_request | 0 or more, but is -1 | \"stop_token_ids\":[-1]",
            "metadata.k | invalid_request | a string, but is 1 | \"metadata\":{\"k\":1}",
            "request_id | invalid_request | printable | \"request_id\":\"a b\"",
            "request_id | invalid_request | 1 to 128 | \"request_id\":\"\"",
            "offline | invalid_request | true or false | \"offline\":1",
            "priority | invalid_request | whole number | \"priority\":\"high\"",
            "ttft_slo_ms | invalid_request | 1 or more | \"ttft_slo_ms\":0",
            "accelerator | invalid_request | cpu, gpu or npu | \"accelerator\":\"tpu\"",
            "chat_template_kwargs | invalid_request | an object | \"chat_template_kwargs\":[]",
            "user | invalid_text | half of a surrogate pair at character 1 | \"user\":\"a\\ud800\"")
        .map(line -> line.split(" \\| ", 4))
        .map(cells -> Arguments.of((Object[]) cells));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void shouldNameTheParameterThatItRefuses(
      String param, String code, String message, String parameter) {
    var error = refusal(() -> chat("," + parameter)).error();

    assertThat(error.status()).isEqualTo(400);
    assertThat(error.param()).isEqualTo(param);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.message()).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "messages | {\"model\":\"m\"}",
        "model | {\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
        "messages | {\"model\":\"m\",\"messages\":[]}",
        "messages | {\"model\":\"m\",\"messages\":\"hello\"}",
        "messages[0] | {\"model\":\"m\",\"messages\":[1]}",
        "messages[0].role | {\"model\":\"m\",\"messages\":[{\"content\":\"a\"}]}",
        "messages[0].role | {\"model\":\"m\",\"messages\":[{\"role\":\"wizard\",\"content\":\"a\"}]}",
        "messages[0].tool_call_id | {\"model\":\"m\",\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]}",
        "messages[0].content | {\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}",
        "messages[0].content | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":null}]}",
        "messages[0].content | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":7}]}",
        "messages[0].content[0].type | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}",
        "messages[1].tool_calls[0].type | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":[{}]}]}"
      })
  void shouldNameThePlaceInTheMessages(String param, String body) {
    assertThat(refusal(() -> chat.parse(body, "default", "id")).error().param()).isEqualTo(param);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"m\",\"prompt\":[1,2]}",
        "{\"model\":\"m\",\"prompt\":[\"a\",\"b\"]}",
        "{\"model\":\"m\",\"prompt\":[]}"
      })
  void shouldRefusePromptsThatAreNotOneString(String body) {
    assertThat(refusal(() -> completions.parse(body, "default", "id")).error().param())
        .isEqualTo("prompt");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"model\":\"m\",} | line 1, column",
        "{\"model\":\"a\",\"model\":\"b\"} | Duplicate field 'model'",
        "{} {} | Trailing token",
        "{\"temperature\":NaN} | NaN",
        "nonsense | nonsense"
      })
  void shouldSayWhereTheJsonIsMalformed(String body, String message) {
    var error = refusal(() -> chat.parse(body, "default", "id")).error();

    assertThat(error.code()).isEqualTo("invalid_json");
    assertThat(error.message()).contains(message);
  }

  @Test
  void shouldReadWhatDecidesTheTokens() {
    var sampling =
        chat(",\"presence_penalty\":0.5,\"frequency_penalty\":-0.5,\"repetition_penalty\":1.2,"
                + "\"min_p\":0.1,\"min_tokens\":2,\"logit_bias\":{\"7\":-100},"
                + "\"logprobs\":true,\"top_logprobs\":3")
            .request()
            .getSampling();

    assertThat(sampling.getPresencePenalty()).isEqualTo(0.5);
    assertThat(sampling.getFrequencyPenalty()).isEqualTo(-0.5);
    assertThat(sampling.getRepetitionPenalty()).isEqualTo(1.2);
    assertThat(sampling.getMinP()).isEqualTo(0.1);
    assertThat(sampling.getMinTokens()).isEqualTo(2);
    assertThat(sampling.getLogitBias()).containsOnly(Map.entry("7", -100.0));
    assertThat(sampling.getTopLogprobs()).isEqualTo(3);
  }

  @Test
  void shouldTellNoLogprobsFromLogprobsWithoutAlternatives() {
    assertThat(chat(",\"logprobs\":true").request().getSampling().getTopLogprobs()).isZero();
    assertThat(chat(",\"logprobs\":false").request().getSampling().getTopLogprobs()).isNull();
    assertThat(chat(",\"top_logprobs\":0").request().getSampling().getTopLogprobs()).isNull();
    var body = "{\"model\":\"m\",\"prompt\":\"p\",\"logprobs\":%s}";
    assertThat(completions.parse(body.formatted(0), "default", "id").request().getSampling())
        .extracting(SamplingParams::getTopLogprobs)
        .isEqualTo(0);
    assertThat(refusal(() -> completions.parse(body.formatted(6), "default", "id")).error().param())
        .isEqualTo("logprobs");
  }

  @Test
  void shouldNotBreakUnderDeepNesting() {
    var deep = "[".repeat(100_000);

    assertThat(refusal(() -> chat.parse(deep, "default", "id")).error().code())
        .isEqualTo("invalid_json");
  }

  private Submission chat(String more) {
    var body =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}";
    return chat.parse(body, "default", "made-up");
  }

  private static ApiException refusal(ThrowingCallable call) {
    var refusal = catchThrowableOfType(ApiException.class, call);
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal;
  }
}
