package io.streamweir.gateway.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.ChatAnswer;
import io.streamweir.schemas.DeltaKind;

/** Blocks of content. Thinking bears an empty signature: nothing here can be vouched for. */
final class Blocks {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Blocks() {}

  /** The block that a delta begins, still empty. */
  static ObjectNode empty(AnswerDelta delta) {
    if (delta.getKind() == DeltaKind.TOOL_CALL) {
      return toolUse(delta.getCallId(), delta.getText(), JSON.createObjectNode());
    }
    return delta.getKind() == DeltaKind.REASONING ? thinking("") : AnthropicFormat.text("");
  }

  /** The blocks of a whole answer: thinking, text, tool use. */
  static void addAll(ArrayNode content, ChatAnswer answer) {
    if (!answer.getReasoning().isEmpty()) {
      content.add(thinking(answer.getReasoning()));
    }
    if (!answer.getContent().isEmpty()) {
      content.add(AnthropicFormat.text(answer.getContent()));
    }
    for (var call : answer.getToolCalls()) {
      content.add(toolUse(call.getId(), call.getName(), input(call.getArguments())));
    }
  }

  /**
   * No arguments at all are an empty object. A model may write arguments that are no JSON object,
   * or be cut off in them; the protocol has no place for these but in an object.
   */
  private static JsonNode input(String arguments) {
    if (arguments.isBlank()) {
      return JSON.createObjectNode();
    }
    try {
      var input = JSON.readTree(arguments);
      if (input.isObject()) {
        return input;
      }
    } catch (JsonProcessingException e) {
      // It is shown as it is.
    }
    return JSON.createObjectNode().put("invalid_json", arguments);
  }

  private static ObjectNode thinking(String text) {
    return AnthropicFormat.typed("thinking").put("thinking", text).put("signature", "");
  }

  private static ObjectNode toolUse(String id, String name, JsonNode input) {
    var block = AnthropicFormat.typed("tool_use").put("id", id).put("name", name);
    block.set("input", input);
    block.putObject("caller").put("type", "direct");
    return block;
  }
}
