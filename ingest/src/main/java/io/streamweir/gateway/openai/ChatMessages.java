package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.gateway.parameters.RequestDraft;
import io.streamweir.gateway.parameters.Values;
import io.streamweir.schemas.ChatMessage;
import java.util.ArrayList;
import java.util.Set;

/** Reads the messages of a chat: text in one string or in parts, tool calls and their results. */
final class ChatMessages {

  private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");

  private ChatMessages() {}

  static void read(JsonNode value, RequestDraft draft) {
    var messages = draft.messages();
    var array = Values.array("messages", value, Integer.MAX_VALUE);
    if (array.isEmpty()) {
      throw Values.invalid("messages", "'messages' is empty; give at least one message.");
    }
    for (var message : array) {
      messages.add(message("messages[" + messages.size() + "]", message));
    }
  }

  private static ChatMessage message(String path, JsonNode value) {
    Values.object(path, value);
    var message = ChatMessage.newBuilder();
    for (var field : value.properties()) {
      var name = path + "." + field.getKey();
      var given = field.getValue();
      switch (field.getKey()) {
        case "role" -> message.setRole(role(name, given));
        case "content" -> message.setContent(content(name, given));
        case "name" -> message.setName(given.isNull() ? null : Values.text(name, given));
        case "tool_calls" -> message.setToolCalls(toolCalls(name, given));
        case "tool_call_id" ->
            message.setToolCallId(given.isNull() ? null : Values.text(name, given));
        // What the model thought in earlier turns is not shown to it again.
        case "reasoning_content" -> {}
        default -> {
          if (!given.isNull() && !Values.isEmptyArray(given)) {
            throw Values.unsupported(name, "'" + name + "' is not supported; leave it out.");
          }
        }
      }
    }
    if (!message.hasRole()) {
      throw Values.invalid(path + ".role", "'" + path + ".role' is missing.");
    }
    if (message.getContent() == null && message.getToolCalls() == null) {
      throw Values.invalid(path + ".content", "'" + path + ".content' is missing.");
    }
    if (message.getRole().equals("tool") && message.getToolCallId() == null) {
      throw Values.invalid(
          path + ".tool_call_id",
          "'" + path + ".tool_call_id' is missing; it names the call that the message answers.");
    }
    return message.build();
  }

  /** As JSON; null if there are none. */
  private static String toolCalls(String name, JsonNode value) {
    if (value.isNull() || Values.isEmptyArray(value)) {
      return null;
    }
    var number = 0;
    for (var call : Values.array(name, value, Integer.MAX_VALUE)) {
      var path = name + "[" + number + "]";
      number++;
      if (!Values.isText(call.path("type"), "function")) {
        throw Values.unsupported(
            path + ".type", "'" + path + ".type' must be function, other tools are not supported.");
      }
      Values.text(path + ".function.name", call.path("function").path("name"));
      Values.text(path + ".function.arguments", call.path("function").path("arguments"));
    }
    return value.toString();
  }

  /** OpenAI has renamed system to developer; models know the old name. */
  private static String role(String name, JsonNode value) {
    var role = Values.text(name, value);
    if (role.equals("developer")) {
      return "system";
    }
    if (!ROLES.contains(role)) {
      throw Values.unsupported(
          name,
          "'"
              + name
              + "' is '"
              + role
              + "', but must be system, developer, user, assistant or tool.");
    }
    return role;
  }

  private static String content(String name, JsonNode value) {
    if (value.isNull()) {
      return null;
    }
    if (value.isTextual()) {
      return Values.text(name, value);
    }
    var texts = new ArrayList<String>();
    for (var part : Values.array(name, value, Integer.MAX_VALUE)) {
      texts.add(part(name + "[" + texts.size() + "]", part));
    }
    return String.join("", texts);
  }

  private static String part(String name, JsonNode value) {
    Values.object(name, value);
    if (!Values.isText(value.path("type"), "text")) {
      throw Values.unsupported(
          name + ".type",
          "'"
              + name
              + ".type' is "
              + Values.show(value.path("type"))
              + ", but only text is supported.");
    }
    if (!value.has("text")) {
      throw Values.invalid(name + ".text", "'" + name + ".text' is missing.");
    }
    return Values.text(name + ".text", value.get("text"));
  }
}
