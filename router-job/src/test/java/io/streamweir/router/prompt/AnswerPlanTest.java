package io.streamweir.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.router.Requests;
import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.routing.Routed;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.text.ModelText;
import io.streamweir.text.output.PromptEnd;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerPlanTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PLAIN_MODEL = Path.of("../models/support-intents");
  private static final String TOOLS =
      """
      [{"type": "function", "function": {"name": "weather", "strict": %s, "parameters":
        {"type": "object", "properties": {"city": {"type": "string"%s}}, "required": ["city"]}}},
       {"type": "function", "function": {"name": "ping"}}]""";
  private static final String LOOSE = TOOLS.formatted(false, "");

  /** Of the kind of Qwen3's. */
  private static final String TEMPLATE =
      """
      {%- if tools %}{{ '<|im_start|>system\\n' }}{% for tool in tools %}{{ tool | tojson }}{% endfor %}
      {{- 'Call with <tool_call>{"name": f, "arguments": {}}</tool_call><|im_end|>\\n' }}{% endif %}
      {%- for message in messages %}
      {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}
      {%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}
      {%- if enable_thinking is defined and enable_thinking is false %}
      {{- '<think>\\n\\n</think>\\n\\n' }}{% endif %}{% endif %}""";

  private static ModelText plain;
  private static ModelText thinking;

  @BeforeAll
  static void load(@TempDir Path directory) throws Exception {
    for (var file : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(PLAIN_MODEL.resolve(file), directory.resolve(file));
    }
    Files.writeString(directory.resolve("chat_template.jinja"), TEMPLATE);
    plain = ModelText.load(PLAIN_MODEL);
    thinking = ModelText.load(directory);
  }

  @AfterAll
  static void close() {
    plain.close();
    thinking.close();
  }

  @Test
  void shouldTellModelAndReaderOfTheTools() {
    var dispatched = ready(thinking, request().setTools(LOOSE).build());

    assertThat(prompt(dispatched)).contains("\"weather\"", "\"ping\"");
    assertThat(dispatched.getReading().getTools()).contains("\"weather\"", "\"ping\"");
    assertThat(dispatched.getReading().getThinkingBudget()).isEqualTo(-1);
    assertThat(dispatched.getSampling().getResponseFormat()).isNull();
  }

  @Test
  void shouldTellNobodyOfToolsThatMustNotBeCalled() {
    var dispatched = ready(thinking, request().setTools(LOOSE).setToolChoice("\"none\"").build());

    assertThat(prompt(dispatched)).doesNotContain("weather");
    assertThat(dispatched.getReading().getTools()).isNull();
  }

  @Test
  void shouldHoldTheAnswerToACallThatIsRequired() throws Exception {
    var named =
        request()
            .setTools(LOOSE)
            .setToolChoice("{\"type\": \"function\", \"function\": {\"name\": \"ping\"}}")
            .setParallelToolCalls(false)
            .build();

    var dispatched = ready(thinking, named);

    var format = JSON.readTree(dispatched.getSampling().getResponseFormat());
    assertThat(format.path("type").asText()).isEqualTo("answer");
    assertThat(format.path("begins").asText()).isEqualTo("FREE");
    assertThat(format.at("/calls/syntax").asText()).isEqualTo("HERMES");
    assertThat(format.at("/calls/required").asBoolean()).isTrue();
    assertThat(format.at("/calls/parallel").asBoolean()).isFalse();
    assertThat(format.at("/calls/functions")).hasSize(1);
    assertThat(prompt(dispatched)).contains("ping").doesNotContain("weather");
  }

  @Test
  void shouldHoldTheArgumentsOfStrictToolsOnly() throws Exception {
    var strict = ready(thinking, request().setTools(TOOLS.formatted(true, "")).build());

    var format = JSON.readTree(strict.getSampling().getResponseFormat());
    assertThat(format.at("/calls/required").asBoolean()).isFalse();
    assertRefused(
        thinking,
        request().setTools(TOOLS.formatted(true, ", \"not\": {}")).build(),
        "'not' at #/properties/city/not in the parameters of the strict tool weather");
    ready(
        thinking,
        request()
            .setTools(TOOLS.formatted(false, ", \"not\": {}"))
            .setToolChoice("\"required\"")
            .build());
  }

  @Test
  void shouldHoldOnlyTheContentOfAModelThatThinks() throws Exception {
    var request = request();
    request.getSampling().setResponseFormat("{\"type\": \"json_object\"}");

    var format = JSON.readTree(ready(thinking, request.build()).getSampling().getResponseFormat());
    assertThat(format.at("/content/type").asText()).isEqualTo("json_object");
    assertThat(format.has("calls")).isFalse();

    var silent = ready(thinking, request.setEnableThinking(false).build());
    assertThat(silent.getSampling().getResponseFormat()).isEqualTo("{\"type\": \"json_object\"}");
    assertThat(PromptEnd.text(ids(silent), thinking.tokenizer().vocabulary()))
        .endsWith("<think>\n\n</think>\n\n");
    request.setEnableThinking(null);
    assertThat(ready(plain, request.build()).getSampling().getResponseFormat())
        .isEqualTo("{\"type\": \"json_object\"}");
  }

  @Test
  void shouldSendTheTokensThatEndTheReasoningWithTheBudget() {
    var reading = ready(thinking, request().setThinkingBudget(7).build()).getReading();

    assertThat(reading.getThinkingBudget()).isEqualTo(7);
    assertThat(reading.getEndOfThinking())
        .hasSameElementsAs(
            Arrays.stream(thinking.tokenizer().encode("\n</think>\n\n")).boxed().toList());
    assertThat(ready(plain, request().setThinkingBudget(7).build()).getReading()).isNull();
  }

  @Test
  void shouldMakeAModelCallThatKnowsNoToolsButNotOfferThemToIt() throws Exception {
    var required = ready(plain, request().setTools(LOOSE).setToolChoice("\"required\"").build());

    assertThat(
            JSON.readTree(required.getSampling().getResponseFormat()).at("/calls/syntax").asText())
        .isEqualTo("HERMES");
    assertThat(required.getReading().getTools()).contains("weather");
    assertRefused(plain, request().setTools(LOOSE).build(), "chat template does not know any");
    assertRefused(plain, request().setEnableThinking(true).build(), "does not think aloud");
  }

  private static InferenceRequest.Builder request() {
    return Requests.chat("r");
  }

  private static DispatchedRequest ready(ModelText text, InferenceRequest request) {
    return ((Prepared.Ready) PromptEncoder.prepare(request, routed(), text)).request();
  }

  private static void assertRefused(ModelText text, InferenceRequest request, String message) {
    assertThat(PromptEncoder.prepare(request, routed(), text))
        .isInstanceOfSatisfying(
            Prepared.Refused.class,
            refused -> {
              assertThat(refused.rejection().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
              assertThat(refused.rejection().message()).contains(message);
            });
  }

  private static String prompt(DispatchedRequest dispatched) {
    var text = new StringBuilder();
    var vocabulary = thinking.tokenizer().vocabulary();
    for (var id : dispatched.getPromptTokenIds()) {
      text.append(new String(vocabulary.bytes(id), StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  private static int[] ids(DispatchedRequest dispatched) {
    return dispatched.getPromptTokenIds().stream().mapToInt(Integer::intValue).toArray();
  }

  private static Routed routed() {
    var routed = new Routed();
    routed.deployment = "d";
    routed.maxModelLen = 2048;
    return routed;
  }
}
