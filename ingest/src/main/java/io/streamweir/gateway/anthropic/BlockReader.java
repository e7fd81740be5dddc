package io.streamweir.gateway.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamweir.gateway.parameters.Values;
import io.streamweir.schemas.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/** Reads the blocks of one message. */
final class BlockReader {

  private final String role;
  private final List<String> texts = new ArrayList<>();
  private final List<ChatMessage> results = new ArrayList<>();
  private final ArrayNode calls = JsonNodeFactory.instance.arrayNode();

  BlockReader(String role) {
    this.role = role;
  }

  /** The results of tools come first, whatever was said beside them. */
  List<ChatMessage> read(String path, JsonNode blocks) {
    var number = 0;
    for (var block : Values.array(path, blocks, Integer.MAX_VALUE)) {
      read(path + "[" + number + "]", block, Values.object(path, block).path("type"));
      number++;
    }
    var messages = new ArrayList<>(results);
    if (results.isEmpty() || !texts.isEmpty()) {
      var message = ChatMessage.newBuilder().setRole(role).setContent(String.join("", texts));
      messages.add(message.setToolCalls(calls.isEmpty() ? null : calls.toString()).build());
    }
    return messages;
  }

  private void read(String path, JsonNode block, JsonNode type) {
    var assistant = role.equals("assistant");
    if (assistant && Values.isText(type, "tool_use")) {
      calls.add(call(path, block));
    } else if (!assistant && Values.isText(type, "tool_result")) {
      results.add(result(path, block));
    } else if (!assistant
        || !(Values.isText(type, "thinking") || Values.isText(type, "redacted_thinking"))) {
      texts.add(AnthropicMessages.block(path, block));
    }
  }

  private static JsonNode call(String path, JsonNode block) {
    var input = Values.object(path + ".input", block.path("input"));
    var call =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", Values.text(path + ".id", block.path("id")))
            .put("type", "function");
    call.putObject("function")
        .put("name", Values.text(path + ".name", block.path("name")))
        .put("arguments", input.toString());
    return call;
  }

  /** That a tool has failed, its words say; models know no other sign. */
  private static ChatMessage result(String path, JsonNode block) {
    var id = Values.text(path + ".tool_use_id", block.path("tool_use_id"));
    var content = block.path("content");
    var text =
        content.isMissingNode() || content.isNull()
            ? ""
            : AnthropicMessages.content(path + ".content", content);
    return ChatMessage.newBuilder().setRole("tool").setContent(text).setToolCallId(id).build();
  }
}
