package io.streamweir.gateway.anthropic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.generation.Completion;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.generation.StreamPosition;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import java.util.List;

/**
 * Words an answer in Anthropic's form: one message with blocks of text, thinking and tool use, one
 * after the other.
 *
 * <p>The log tells the counts with the first chunk and the last: {@code message_start} has those of
 * the prompt, {@code message_delta} has them all.
 */
public final class AnthropicFormat implements ReplyFormat {

  private static final String PING = event(typed("ping"));

  private final Head head;
  private TokenUsage known = new TokenUsage();
  private int blocks;

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
    var block = first.getDeltas() == null ? event(blockStart(0, text(""))) : "";
    return event(start) + block + PING;
  }

  @Override
  public void resume(StreamPosition from) {
    blocks = from.parts();
  }

  @Override
  public String delta(int choice, TokenChunk chunk) {
    return event(blockDelta(0, "text_delta", "text", chunk.getText()));
  }

  @Override
  public boolean wordsDeltas() {
    return true;
  }

  /** Every part of the answer is a block; the one before ends where it begins. */
  @Override
  public String delta(int choice, AnswerDelta delta, TokenChunk chunk) {
    var part = delta.getPart();
    var events = "";
    if (part >= blocks) {
      events = blocks == 0 ? "" : event(blockStop(blocks - 1));
      events += event(blockStart(part, Blocks.empty(delta)));
      blocks = part + 1;
    }
    return events
        + switch (delta.getKind()) {
          case CONTENT -> event(blockDelta(part, "text_delta", "text", delta.getText()));
          case REASONING -> event(blockDelta(part, "thinking_delta", "thinking", delta.getText()));
          case ARGUMENTS ->
              event(blockDelta(part, "input_json_delta", "partial_json", delta.getText()));
          // The block says it all. What a later writer says is not for this reader.
          case TOOL_CALL, UNKNOWN -> "";
        };
  }

  @Override
  public String finish(int choice, TokenChunk last) {
    var end = typed("message_delta");
    stop(end.putObject("delta"), last);
    if (last.getUsage() != null) {
      end.set("usage", usage(last.getUsage()));
    }
    var open = last.getDeltas() == null ? 1 : blocks;
    return (open == 0 ? "" : event(blockStop(open - 1))) + event(end);
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
    var content = message.putArray("content");
    if (completion.answer() == null) {
      content.add(text(completion.text()));
    } else {
      Blocks.addAll(content, completion.answer());
    }
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
    return switch (last.getFinishReason()) {
      case "length" -> "max_tokens";
      case "tool_calls" -> "tool_use";
      default -> last.getStopSequence() == null ? "end_turn" : "stop_sequence";
    };
  }

  private static ObjectNode usage(TokenUsage usage) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("input_tokens", usage.getPromptTokens() - usage.getCachedTokens())
        .put("cache_creation_input_tokens", 0)
        .put("cache_read_input_tokens", usage.getCachedTokens())
        .put("output_tokens", usage.getCompletionTokens());
  }

  private static ObjectNode blockStart(int index, ObjectNode empty) {
    var start = typed("content_block_start").put("index", index);
    start.set("content_block", empty);
    return start;
  }

  private static ObjectNode blockDelta(int index, String type, String field, String text) {
    var event = typed("content_block_delta").put("index", index);
    event.putObject("delta").put("type", type).put(field, text);
    return event;
  }

  private static ObjectNode blockStop(int index) {
    return typed("content_block_stop").put("index", index);
  }

  static ObjectNode text(String text) {
    return typed("text").put("text", text);
  }

  static ObjectNode typed(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  private static String event(ObjectNode event) {
    return "event: " + event.get("type").textValue() + "\ndata: " + event + "\n\n";
  }
}
