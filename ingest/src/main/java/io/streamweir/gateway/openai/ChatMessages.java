package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.gateway.parameters.RequestDraft;
import io.streamweir.gateway.parameters.Values;
import io.streamweir.schemas.ChatMessage;
import java.util.ArrayList;
import java.util.Set;

/** Reads the messages of a chat: text only, in one string or in parts. */
final class ChatMessages {

  private static final Set<String> ROLES = Set.of("system", "user", "assistant");

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
    if (message.getContent() == null) {
      throw Values.invalid(path + ".content", "'" + path + ".content' is missing.");
    }
    return message.build();
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
          "'" + name + "' is '" + role + "', but must be system, developer, user or assistant.");
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
