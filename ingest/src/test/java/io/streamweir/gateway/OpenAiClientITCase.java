package io.streamweir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ToolChoiceOptions;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.support.Chunks;
import io.streamweir.support.Cluster;
import io.streamweir.support.Responder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** OpenAI's own Java client, which knows nothing of Streamweir. */
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiClientITCase {

  private final Responder responder;
  private final GatewayServer gateway;
  private final OpenAIClient client;

  OpenAiClientITCase(Cluster cluster) throws Exception {
    this.responder = new Responder(cluster.options());
    this.gateway = Gateways.start(cluster, Map.of());
    this.client =
        OpenAIOkHttpClient.builder()
            .apiKey("unused")
            .baseUrl(gateway.url() + "/v1")
            .maxRetries(0)
            .build();
  }

  @AfterAll
  void stop() {
    client.close();
    gateway.close();
    responder.close();
  }

  @Test
  void shouldChat() {
    var completion = client.chat().completions().create(chat("counting").build());

    assertThat(completion.choices().get(0).message().content()).contains(Chunks.text(5));
    assertThat(completion.choices().get(0).finishReason().asString()).isEqualTo("stop");
    assertThat(completion.usage().orElseThrow().completionTokens()).isEqualTo(5);
    assertThat(completion.validate()).isNotNull();
  }

  @Test
  void shouldChatPieceByPiece() {
    var options = ChatCompletionStreamOptions.builder().includeUsage(true).build();
    var params = chat("counting").maxCompletionTokens(40).streamOptions(options).build();
    try (var stream = client.chat().completions().createStreaming(params)) {
      var chunks = stream.stream().toList();

      assertThat(text(chunks)).isEqualTo(Chunks.text(40));
      assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.validate()).isNotNull());
      assertThat(chunks.get(chunks.size() - 1).usage().orElseThrow().completionTokens())
          .isEqualTo(40);
    }
  }

  @Test
  void shouldGetSeveralChoices() {
    var whole = client.chat().completions().create(chat("counting").n(3).build());

    assertThat(whole.choices())
        .extracting(choice -> choice.message().content().orElseThrow())
        .containsExactly(Chunks.text(5), Chunks.text(5), Chunks.text(5));
    assertThat(whole.usage().orElseThrow().completionTokens()).isEqualTo(15);
    try (var stream = client.chat().completions().createStreaming(chat("counting").n(2).build())) {
      var chunks = stream.stream().toList();

      for (var number = 0; number < 2; number++) {
        var index = number;
        var text = new StringBuilder();
        chunks.stream()
            .flatMap(chunk -> chunk.choices().stream())
            .filter(choice -> choice.index() == index)
            .forEach(choice -> choice.delta().content().ifPresent(text::append));
        assertThat(text.toString()).isEqualTo(Chunks.text(5));
      }
    }
  }

  @Test
  void shouldComplete() {
    var params =
        CompletionCreateParams.builder().model("counting").prompt("p").maxTokens(3).build();

    assertThat(client.completions().create(params).choices().get(0).text())
        .isEqualTo(Chunks.text(3));
  }

  @Test
  void shouldKnowErrorsByTheirTypes() {
    var missing =
        catchThrowableOfType(
            NotFoundException.class,
            () -> client.chat().completions().create(chat("rejected").build()));
    assertThat(missing.code()).contains("model_not_found");

    var refused =
        catchThrowableOfType(
            BadRequestException.class,
            () -> client.chat().completions().create(chat("counting").store(true).build()));
    assertThat(refused.param()).contains("store");

    assertThat(
            catchThrowableOfType(
                InternalServerException.class,
                () -> client.chat().completions().create(chat("failing").build())))
        .isNotNull();
  }

  @Test
  void shouldCancelTheRequestWhenItClosesTheStream() throws Exception {
    var id = UUID.randomUUID().toString();
    var params =
        chat("endless").putAdditionalBodyProperty("request_id", JsonValue.from(id)).build();
    try (var stream = client.chat().completions().createStreaming(params)) {
      assertThat(text(stream.stream().limit(3).toList())).isEqualTo(Chunks.text(2));
    }

    assertThat(responder.cancel(id).getReason()).contains("disconnected");
  }

  @Test
  void shouldRespond() {
    var response = client.responses().create(respond("counting").instructions("short").build());

    assertThat(response.validate()).isNotNull();
    assertThat(response.status()).contains(ResponseStatus.COMPLETED);
    assertThat(outputText(response)).isEqualTo(Chunks.text(5));
    assertThat(response.usage().orElseThrow().outputTokens()).isEqualTo(5);
    assertThat(response.id()).startsWith("resp_");

    var cut = client.responses().create(respond("counting").maxOutputTokens(20).build());
    assertThat(cut.status()).contains(ResponseStatus.INCOMPLETE);
    assertThat(cut.incompleteDetails().orElseThrow().reason().orElseThrow().asString())
        .isEqualTo("max_output_tokens");
  }

  @Test
  void shouldRespondPieceByPiece() {
    var accumulator = ResponseAccumulator.create();
    var deltas = new StringBuilder();
    var numbers = new ArrayList<Long>();
    try (var stream = client.responses().createStreaming(respond("counting").build())) {
      stream.stream()
          .forEach(
              event -> {
                assertThat(event.validate()).isNotNull();
                accumulator.accumulate(event);
                event.outputTextDelta().ifPresent(delta -> deltas.append(delta.delta()));
                event.outputTextDelta().ifPresent(delta -> numbers.add(delta.sequenceNumber()));
              });
    }
    assertThat(deltas).hasToString(Chunks.text(5));
    assertThat(numbers).containsExactly(4L, 5L, 6L, 7L, 8L);
    assertThat(outputText(accumulator.response())).isEqualTo(Chunks.text(5));
    assertThat(accumulator.response().usage().orElseThrow().inputTokens()).isEqualTo(7);
  }

  @Test
  void shouldFailAResponseInItsForm() {
    var refused =
        catchThrowableOfType(
            BadRequestException.class,
            () ->
                client
                    .responses()
                    .create(respond("counting").previousResponseId("resp_1").build()));
    assertThat(refused.param()).contains("previous_response_id");
    try (var stream = client.responses().createStreaming(respond("failing").build())) {
      var events = stream.stream().toList();
      var failed = events.get(events.size() - 1).failed().orElseThrow().response();
      assertThat(failed.error().orElseThrow().message()).contains("engine failed");
    }
  }

  @Test
  void shouldCallToolsInAResponseAndTakeTheirResults() throws Exception {
    var id = UUID.randomUUID().toString();
    var asked =
        respond("calling")
            .addTool(weather())
            .toolChoice(ToolChoiceOptions.REQUIRED)
            .parallelToolCalls(false)
            .putAdditionalBodyProperty("request_id", JsonValue.from(id))
            .build();

    var response = client.responses().create(asked);

    assertThat(response.validate()).isNotNull();
    assertCalls(response);
    var request = responder.request(id);
    assertThat(request.getTools()).contains("\"function\":{\"name\":\"weather\"");
    assertThat(request.getToolChoice()).isEqualTo("\"required\"");
    assertThat(request.getParallelToolCalls()).isFalse();

    var nextId = UUID.randomUUID().toString();
    var items = new ArrayList<ResponseInputItem>();
    response.output().stream()
        .flatMap(item -> item.functionCall().stream())
        .forEach(call -> items.add(ResponseInputItem.ofFunctionCall(call)));
    items.add(
        ResponseInputItem.ofFunctionCallOutput(
            ResponseInputItem.FunctionCallOutput.builder()
                .callId("call_first")
                .output("sunny")
                .build()));
    client
        .responses()
        .create(
            respond("counting")
                .inputOfResponse(items)
                .putAdditionalBodyProperty("request_id", JsonValue.from(nextId))
                .build());
    var messages = responder.request(nextId).getMessages();
    assertThat(messages).extracting(ChatMessage::getRole).containsExactly("assistant", "tool");
    assertThat(messages.get(0).getToolCalls()).contains("call_first", "call_second", "Bonn");
    assertThat(messages.get(1).getContent()).isEqualTo("sunny");
  }

  @Test
  void shouldCallToolsInAResponsePieceByPiece() {
    var accumulator = ResponseAccumulator.create();
    var arguments = new StringBuilder();
    var parameters = respond("calling").addTool(weather()).build();
    try (var stream = client.responses().createStreaming(parameters)) {
      stream.stream()
          .forEach(
              event -> {
                assertThat(event.validate()).isNotNull();
                accumulator.accumulate(event);
                event
                    .functionCallArgumentsDelta()
                    .ifPresent(more -> arguments.append(more.delta()));
              });
    }
    assertCalls(accumulator.response());
    assertThat(arguments).hasToString("{\"city\": \"Bonn\"}{}");
  }

  private static void assertCalls(Response response) {
    assertThat(response.status()).contains(ResponseStatus.COMPLETED);
    assertThat(outputText(response)).isEqualTo("Wait");
    var calls = response.output().stream().flatMap(item -> item.functionCall().stream()).toList();
    assertThat(calls)
        .extracting(call -> call.callId() + " " + call.name() + " " + call.arguments())
        .containsExactly("call_first weather {\"city\": \"Bonn\"}", "call_second ping {}");
  }

  private static FunctionTool weather() {
    return FunctionTool.builder()
        .name("weather")
        .strict(false)
        .parameters(
            FunctionTool.Parameters.builder()
                .putAdditionalProperty("type", JsonValue.from("object"))
                .build())
        .build();
  }

  private static ResponseCreateParams.Builder respond(String model) {
    return ResponseCreateParams.builder().model(model).input("hi");
  }

  private static String outputText(Response response) {
    return response.output().get(0).message().orElseThrow().content().stream()
        .map(part -> part.asOutputText().text())
        .collect(Collectors.joining());
  }

  @Test
  void shouldCallToolsAndTakeTheirResults() throws Exception {
    var id = UUID.randomUUID().toString();
    var asked =
        withTools(chat("calling"))
            .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
            .parallelToolCalls(false)
            .putAdditionalBodyProperty("request_id", JsonValue.from(id))
            .build();

    var completion = client.chat().completions().create(asked);

    var choice = completion.choices().get(0);
    assertCalls(choice.message());
    assertThat(choice.finishReason().asString()).isEqualTo("tool_calls");
    assertThat(choice.message()._allProperties().get("reasoning_content").toString())
        .isEqualTo("Hm 🙂?");
    assertThat(completion.validate()).isNotNull();
    var details = completion.usage().orElseThrow().completionTokensDetails().orElseThrow();
    assertThat(details.reasoningTokens()).contains(3L);
    var request = responder.request(id);
    assertThat(request.getTools()).contains("\"name\":\"weather\"");
    assertThat(request.getToolChoice()).isEqualTo("\"required\"");
    assertThat(request.getParallelToolCalls()).isFalse();

    var nextId = UUID.randomUUID().toString();
    var answered = withTools(chat("counting")).addMessage(choice.message());
    choice.message().toolCalls().orElseThrow().stream()
        .map(call -> call.function().orElseThrow())
        .forEach(
            call ->
                answered.addMessage(
                    ChatCompletionToolMessageParam.builder()
                        .toolCallId(call.id())
                        .content("result of " + call.function().name())
                        .build()));
    client
        .chat()
        .completions()
        .create(answered.putAdditionalBodyProperty("request_id", JsonValue.from(nextId)).build());
    var messages = responder.request(nextId).getMessages();
    assertThat(messages)
        .extracting(ChatMessage::getRole)
        .containsExactly("user", "assistant", "tool", "tool");
    assertThat(messages.get(1).getToolCalls()).contains("call_first", "call_second", "Bonn");
    assertThat(messages.get(3).getToolCallId()).isEqualTo("call_second");
    assertThat(messages.get(3).getContent()).isEqualTo("result of ping");
  }

  @Test
  void shouldCallToolsPieceByPiece() {
    var accumulator = ChatCompletionAccumulator.create();
    var reasoning = new StringBuilder();
    try (var stream =
        client.chat().completions().createStreaming(withTools(chat("calling")).build())) {
      stream.stream()
          .forEach(
              chunk -> {
                accumulator.accumulate(chunk);
                assertThat(chunk.validate()).isNotNull();
                chunk.choices().stream()
                    .map(choice -> choice.delta()._allProperties().get("reasoning_content"))
                    .filter(Objects::nonNull)
                    .forEach(reasoning::append);
              });
    }

    var choice = accumulator.chatCompletion().choices().get(0);
    assertCalls(choice.message());
    assertThat(choice.finishReason().asString()).isEqualTo("tool_calls");
    assertThat(reasoning.toString()).isEqualTo("Hm 🙂?");
  }

  private static void assertCalls(ChatCompletionMessage message) {
    assertThat(message.content()).contains("Wait");
    var calls =
        message.toolCalls().orElseThrow().stream()
            .map(call -> call.function().orElseThrow())
            .toList();
    assertThat(calls)
        .extracting(call -> call.id() + " " + call.function().name())
        .containsExactly("call_first weather", "call_second ping");
    assertThat(calls)
        .extracting(call -> call.function().arguments())
        .containsExactly("{\"city\": \"Bonn\"}", "{}");
  }

  private static ChatCompletionCreateParams.Builder withTools(
      ChatCompletionCreateParams.Builder params) {
    var city = Map.of("city", Map.of("type", "string"));
    var parameters =
        FunctionParameters.builder()
            .putAdditionalProperty("type", JsonValue.from("object"))
            .putAdditionalProperty("properties", JsonValue.from(city))
            .build();
    return params
        .addFunctionTool(
            FunctionDefinition.builder().name("weather").parameters(parameters).build())
        .addFunctionTool(FunctionDefinition.builder().name("ping").build());
  }

  private static ChatCompletionCreateParams.Builder chat(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("hi");
  }

  private static String text(List<ChatCompletionChunk> chunks) {
    var text = new StringBuilder();
    for (var chunk : chunks) {
      chunk.choices().forEach(choice -> choice.delta().content().ifPresent(text::append));
    }
    return text.toString();
  }
}
