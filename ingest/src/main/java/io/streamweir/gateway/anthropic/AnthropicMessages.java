package io.streamweir.gateway.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.gateway.parameters.RequestDraft;
import io.streamweir.gateway.parameters.Values;
import io.streamweir.schemas.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads messages and the system prompt. A message with results of tools becomes one message of role
 * tool for each of them, as models know it; what the model thought is not shown to it again.
 */
final class AnthropicMessages {

  private AnthropicMessages() {}

  static void messages(JsonNode value, RequestDraft draft) {
    var array = Values.array("messages", value, Integer.MAX_VALUE);
    if (array.isEmpty()) {
      throw Values.invalid("messages", "'messages' is empty; give at least one message.");
    }
    var number = 0;
    for (var message : array) {
      draft.messages().addAll(message("messages[" + number + "]", message));
      number++;
    }
    if (draft.messages().get(draft.messages().size() - 1).getRole().equals("assistant")) {
      throw Values.unsupported(
          "messages",
          "The last of 'messages' is the assistant's, to be continued, which is not supported; end"
              + " with a message of the user.");
    }
  }

  /** Models know the system prompt as the first message. */
  static void system(JsonNode value, RequestDraft draft) {
    draft.messages().add(0, of("system", content("system", value)));
  }

  private static List<ChatMessage> message(String path, JsonNode value) {
    JsonNode role = null;
    JsonNode content = null;
    for (var field : Values.object(path, value).properties()) {
      var name = path + "." + field.getKey();
      switch (field.getKey()) {
        case "role" -> role = field.getValue();
        case "content" -> content = field.getValue();
        default -> throw Values.unsupported(name, "'" + name + "' is not supported; leave it out.");
      }
    }
    if (role == null) {
      throw Values.invalid(path + ".role", "'" + path + ".role' is missing.");
    }
    if (content == null) {
      throw Values.invalid(path + ".content", "'" + path + ".content' is missing.");
    }
    var speaker = role(path + ".role", role);
    if (content.isTextual()) {
      return List.of(of(speaker, Values.text(path + ".content", content)));
    }
    return new BlockReader(speaker).read(path + ".content", content);
  }

  private static String role(String name, JsonNode value) {
    var role = Values.text(name, value);
    if (!role.equals("user") && !role.equals("assistant")) {
      throw Values.invalid(
          name, "'" + name + "' is '" + role + "', but must be user or assistant.");
    }
    return role;
  }

  /** Text in one string or in blocks. */
  static String content(String name, JsonNode value) {
    if (value.isTextual()) {
      return Values.text(name, value);
    }
    var texts = new ArrayList<String>();
    for (var block : Values.array(name, value, Integer.MAX_VALUE)) {
      texts.add(block(name + "[" + texts.size() + "]", block));
    }
    return String.join("", texts);
  }

  /** What is marked with cache_control is cached anyway. */
  static String block(String name, JsonNode value) {
    var type = Values.object(name, value).path("type");
    if (!Values.isText(type, "text")) {
      throw Values.unsupported(
          name + ".type",
          "'" + name + ".type' is " + Values.show(type) + ", but only text blocks are supported.");
    }
    if (!value.has("text")) {
      throw Values.invalid(name + ".text", "'" + name + ".text' is missing.");
    }
    return Values.text(name + ".text", value.get("text"));
  }

  static ChatMessage of(String role, String content) {
    return ChatMessage.newBuilder().setRole(role).setContent(content).build();
  }
}
