package io.streamweir.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamweir.gateway.generation.Submission;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.schemas.ChatMessage;
import java.time.Instant;
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

  private final RequestParser chat = RequestParser.chat(() -> NOW);
  private final RequestParser completions = RequestParser.completions(() -> NOW);

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
    assertThat(submission.stream()).isFalse();
    assertThat(submission.includeUsage()).isFalse();
  }

  @Test
  void shouldReadMessagesInEveryFormThatTextHas() {
    var body =
        """
        {"model":"m","messages":[
          {"role":"developer","content":"be brief","name":"boss"},
          {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
          {"role":"assistant","content":"c","refusal":null,"tool_calls":[]}]}""";

    var messages = chat.parse(body, null, "id").request().getMessages();

    assertThat(messages)
        .extracting(ChatMessage::getRole)
        .containsExactly("system", "user", "assistant");
    assertThat(messages).extracting(ChatMessage::getContent).containsExactly("be brief", "ab", "c");
    assertThat(messages).extracting(ChatMessage::getName).containsExactly("boss", null, null);
  }

  @Test
  void shouldGiveCompletionsOpenAisDefaultLength() {
    var request = completions.parse("{\"model\":\"m\",\"prompt\":\"p\"}", null, "id").request();

    assertThat(request.getPrompt()).isEqualTo("p");
    assertThat(request.getMessages()).isEmpty();
    assertThat(request.getSampling().getMaxTokens()).isEqualTo(16);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"n\":1",
        "\"presence_penalty\":0.0",
        "\"frequency_penalty\":0",
        "\"repetition_penalty\":1.0",
        "\"logit_bias\":{}",
        "\"tools\":[]",
        "\"tool_choice\":\"auto\"",
        "\"parallel_tool_calls\":true",
        "\"response_format\":{\"type\":\"text\"}",
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
            "n | unsupported_parameter | 'n' is 2, but only 1 | \"n\":2",
            "tools | unsupported_parameter | an array of 1 | \"tools\":[{\"type\":\"function\"}]",
            "tool_choice | unsupported_parameter | the string \"required\" | \"tool_choice\":\"required\"",
            "logprobs | unsupported_parameter | 'logprobs' is true | \"logprobs\":true",
            "response_format | unsupported_parameter | only {\"type\": \"text\"} | \"response_format\":{\"type\":\"json_object\"}",
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
        "messages[0].role | {\"model\":\"m\",\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]}",
        "messages[0].content | {\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}",
        "messages[0].content | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":null}]}",
        "messages[0].content | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":7}]}",
        "messages[0].content[0].type | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}",
        "messages[1].tool_calls | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":[{}]}]}"
      })
  void shouldNameThePlaceInTheMessages(String param, String body) {
    assertThat(refusal(() -> chat.parse(body, null, "id")).error().param()).isEqualTo(param);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"m\",\"prompt\":[1,2]}",
        "{\"model\":\"m\",\"prompt\":[\"a\",\"b\"]}",
        "{\"model\":\"m\",\"prompt\":[]}"
      })
  void shouldRefusePromptsThatAreNotOneString(String body) {
    assertThat(refusal(() -> completions.parse(body, null, "id")).error().param())
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
    var error = refusal(() -> chat.parse(body, null, "id")).error();

    assertThat(error.code()).isEqualTo("invalid_json");
    assertThat(error.message()).contains(message);
  }

  @Test
  void shouldNotBreakUnderDeepNesting() {
    var deep = "[".repeat(100_000);

    assertThat(refusal(() -> chat.parse(deep, null, "id")).error().code())
        .isEqualTo("invalid_json");
  }

  private Submission chat(String more) {
    var body =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}";
    return chat.parse(body, null, "made-up");
  }

  private static ApiException refusal(ThrowingCallable call) {
    var refusal = catchThrowableOfType(ApiException.class, call);
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal;
  }
}
