package io.streamweir.gateway.anthropic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.generation.Completion;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import java.util.List;

/**
 * Words an answer in Anthropic's form: one message with one block of text.
 *
 * <p>The log tells the counts with the first chunk and the last: {@code message_start} has those of
 * the prompt, {@code message_delta} has them all.
 */
public final class AnthropicFormat implements ReplyFormat {

  private static final String PING = event(typed("ping"));

  private final Head head;
  private TokenUsage known = new TokenUsage();

  public AnthropicFormat(Head head) {
    this.head = head;
  }

  @Override
  public void see(int choice, TokenChunk chunk) {
    if (chunk.getUsage() != null) {
      known = chunk.getUsage();
    }
  }

  @Override
  public String open(int choice, TokenChunk first) {
    var start = typed("message_start");
    var message = message();
    message.putArray("content");
    stop(message, null);
    message.set("usage", usage(known));
    start.set("message", message);
    var block = typed("content_block_start").put("index", 0);
    block.set("content_block", text(""));
    return event(start) + event(block) + PING;
  }

  @Override
  public String delta(int choice, TokenChunk chunk) {
    var delta = typed("content_block_delta").put("index", 0);
    delta.putObject("delta").put("type", "text_delta").put("text", chunk.getText());
    return event(delta);
  }

  @Override
  public String finish(int choice, TokenChunk last) {
    var end = typed("message_delta");
    stop(end.putObject("delta"), last);
    if (last.getUsage() != null) {
      end.set("usage", usage(last.getUsage()));
    }
    return event(typed("content_block_stop").put("index", 0)) + event(end);
  }

  @Override
  public String close(TokenUsage usage) {
    return event(typed("message_stop"));
  }

  @Override
  public String failure(ApiError error) {
    return event(AnthropicErrors.json(error));
  }

  @Override
  public String keepAlive() {
    return PING;
  }

  @Override
  public String whole(List<Completion> choices, TokenUsage usage) {
    var completion = choices.get(0);
    var message = message();
    message.putArray("content").add(text(completion.text()));
    stop(message, completion.last());
    message.set("usage", usage(usage == null ? new TokenUsage() : usage));
    return message.toString();
  }

  @Override
  public String refusal(ApiError error) {
    return AnthropicErrors.json(error).toString();
  }

  private ObjectNode message() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", "msg_" + head.requestId())
        .put("type", "message")
        .put("role", "assistant")
        .put("model", head.model());
  }

  private static void stop(ObjectNode json, TokenChunk last) {
    json.put("stop_reason", last == null ? null : stopReason(last));
    json.put("stop_sequence", last == null ? null : last.getStopSequence());
  }

  private static String stopReason(TokenChunk last) {
    if (last.getFinishReason().equals("length")) {
      return "max_tokens";
    }
    return last.getStopSequence() == null ? "end_turn" : "stop_sequence";
  }

  private static ObjectNode usage(TokenUsage usage) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("input_tokens", usage.getPromptTokens() - usage.getCachedTokens())
        .put("cache_creation_input_tokens", 0)
        .put("cache_read_input_tokens", usage.getCachedTokens())
        .put("output_tokens", usage.getCompletionTokens());
  }

  private static ObjectNode text(String text) {
    return typed("text").put("text", text);
  }

  private static ObjectNode typed(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  private static String event(ObjectNode event) {
    return "event: " + event.get("type").textValue() + "\ndata: " + event + "\n\n";
  }
}
