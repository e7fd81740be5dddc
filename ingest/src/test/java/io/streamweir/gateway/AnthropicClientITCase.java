package io.streamweir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolChoiceAny;
import com.anthropic.models.messages.ToolResultBlockParam;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.support.Chunks;
import io.streamweir.support.Cluster;
import io.streamweir.support.Responder;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Anthropic's own Java client, which knows nothing of Streamweir. */
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnthropicClientITCase {

  private final Responder responder;
  private final GatewayServer gateway;
  private final AnthropicClient client;

  AnthropicClientITCase(Cluster cluster) throws Exception {
    this.responder = new Responder(cluster.options());
    this.gateway = Gateways.start(cluster, Map.of());
    this.client =
        AnthropicOkHttpClient.builder()
            .apiKey("unused")
            .baseUrl(gateway.url())
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
  void shouldCountTokens() {
    var params =
        MessageCountTokensParams.builder()
            .model("counting")
            .system("s")
            .addUserMessage("hi")
            .build();

    assertThat(client.messages().countTokens(params).inputTokens()).isEqualTo(7);
  }

  @Test
  void shouldGetAMessage() {
    var message = client.messages().create(message("counting").system("be brief").build());

    assertThat(message.content().get(0).text().orElseThrow().text()).isEqualTo(Chunks.text(4));
    assertThat(message.stopReason().orElseThrow().asString()).isEqualTo("max_tokens");
    assertThat(message.usage().outputTokens()).isEqualTo(4);
    assertThat(message.validate()).isNotNull();
  }

  @Test
  void shouldGetAMessagePieceByPiece() {
    try (var stream = client.messages().createStreaming(message("counting").build())) {
      var events = stream.stream().toList();

      assertThat(text(events)).isEqualTo(Chunks.text(4));
      assertThat(events).allSatisfy(event -> assertThat(event.validate()).isNotNull());
      assertThat(events.get(0).messageStart()).isPresent();
      assertThat(events.get(events.size() - 1).messageStop()).isPresent();
    }
  }

  @Test
  void shouldUseToolsAndTakeTheirResults() throws Exception {
    var id = UUID.randomUUID().toString();
    var asked =
        withTools(message("calling"))
            .maxTokens(2000)
            .enabledThinking(1024)
            .toolChoice(ToolChoiceAny.builder().disableParallelToolUse(true).build())
            .putAdditionalBodyProperty("request_id", JsonValue.from(id))
            .build();

    var message = client.messages().create(asked);

    assertUse(message);
    var request = responder.request(id);
    assertThat(request.getTools()).contains("\"name\":\"weather\"", "\"parameters\":{");
    assertThat(request.getToolChoice()).isEqualTo("\"required\"");
    assertThat(request.getParallelToolCalls()).isFalse();
    assertThat(request.getEnableThinking()).isTrue();
    assertThat(request.getThinkingBudget()).isEqualTo(1024);

    var nextId = UUID.randomUUID().toString();
    var results =
        message.content().stream()
            .flatMap(block -> block.toolUse().stream())
            .map(
                use ->
                    ContentBlockParam.ofToolResult(
                        ToolResultBlockParam.builder()
                            .toolUseId(use.id())
                            .content("result of " + use.name())
                            .build()))
            .toList();
    client
        .messages()
        .create(
            withTools(message("counting"))
                .addMessage(message)
                .addUserMessageOfContentBlockParams(results)
                .putAdditionalBodyProperty("request_id", JsonValue.from(nextId))
                .build());
    var messages = responder.request(nextId).getMessages();
    assertThat(messages)
        .extracting(ChatMessage::getRole)
        .containsExactly("user", "assistant", "tool", "tool");
    assertThat(messages.get(1).getContent()).isEqualTo("Wait");
    assertThat(messages.get(1).getToolCalls()).contains("call_first", "call_second", "Bonn");
    assertThat(messages.get(3).getToolCallId()).isEqualTo("call_second");
    assertThat(messages.get(3).getContent()).isEqualTo("result of ping");
  }

  @Test
  void shouldUseToolsPieceByPiece() {
    var accumulator = MessageAccumulator.create();
    try (var stream = client.messages().createStreaming(withTools(message("calling")).build())) {
      stream.stream()
          .forEach(
              event -> {
                assertThat(event.validate()).isNotNull();
                accumulator.accumulate(event);
              });
    }

    assertUse(accumulator.message());
  }

  private static void assertUse(Message message) {
    var content = message.content();
    assertThat(content).hasSize(4);
    assertThat(content.get(0).thinking().orElseThrow().thinking()).isEqualTo("Hm 🙂?");
    assertThat(content.get(1).text().orElseThrow().text()).isEqualTo("Wait");
    var first = content.get(2).toolUse().orElseThrow();
    assertThat(first.id()).isEqualTo("call_first");
    assertThat(first.name()).isEqualTo("weather");
    assertThat(first._input()).isEqualTo(JsonValue.from(Map.of("city", "Bonn")));
    assertThat(content.get(3).toolUse().orElseThrow().name()).isEqualTo("ping");
    assertThat(message.stopReason().orElseThrow().asString()).isEqualTo("tool_use");
    assertThat(message.validate()).isNotNull();
  }

  private static MessageCreateParams.Builder withTools(MessageCreateParams.Builder params) {
    var properties = JsonValue.from(Map.of("city", Map.of("type", "string")));
    var schema = Tool.InputSchema.builder().putAdditionalProperty("properties", properties).build();
    return params
        .addTool(Tool.builder().name("weather").inputSchema(schema).build())
        .addTool(
            Tool.builder().name("ping").inputSchema(Tool.InputSchema.builder().build()).build());
  }

  @Test
  void shouldKnowErrorsByTheirTypes() {
    assertThat(
            catchThrowableOfType(
                NotFoundException.class,
                () -> client.messages().create(message("rejected").build())))
        .hasMessageContaining("No deployment serves it");
    var params =
        message("counting").putAdditionalBodyProperty("tools", JsonValue.from(List.of(Map.of())));
    assertThat(
            catchThrowableOfType(
                BadRequestException.class, () -> client.messages().create(params.build())))
        .hasMessageContaining("'tools[0].name' is missing");
  }

  @Test
  void shouldCancelTheRequestWhenItClosesTheStream() throws Exception {
    var id = UUID.randomUUID().toString();
    var params =
        message("endless").putAdditionalBodyProperty("request_id", JsonValue.from(id)).build();
    try (var stream = client.messages().createStreaming(params)) {
      assertThat(stream.stream().anyMatch(event -> event.contentBlockDelta().isPresent())).isTrue();
    }

    assertThat(responder.cancel(id).getReason()).contains("disconnected");
  }

  private static MessageCreateParams.Builder message(String model) {
    return MessageCreateParams.builder().model(model).maxTokens(4).addUserMessage("hi");
  }

  private static String text(List<RawMessageStreamEvent> events) {
    var text = new StringBuilder();
    for (var event : events) {
      event
          .contentBlockDelta()
          .flatMap(delta -> delta.delta().text())
          .ifPresent(delta -> text.append(delta.text()));
    }
    return text.toString();
  }
}
