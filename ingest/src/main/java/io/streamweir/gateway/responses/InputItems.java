package io.streamweir.gateway.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.gateway.parameters.RequestDraft;
import io.streamweir.gateway.parameters.Values;
import io.streamweir.schemas.ChatMessage;
import java.util.ArrayList;
import java.util.Set;

/** Reads the input of a response: what a chat calls messages. */
final class InputItems {

  private static final Set<String> ROLES = Set.of("system", "user", "assistant", "developer");
  private static final Set<String> TEXTS = Set.of("input_text", "output_text", "text");

  /** What an output item has when it is sent back as input; it changes nothing. */
  private static final Set<String> ECHOED = Set.of("id", "status", "type");

  private InputItems() {}

  static void read(JsonNode value, RequestDraft draft) {
    if (value.isTextual()) {
      draft.messages().add(message("user", Values.text("input", value)));
      return;
    }
    var number = 0;
    for (var item : Values.array("input", value, Integer.MAX_VALUE)) {
      draft.messages().add(item("input[" + number + "]", item));
      number++;
    }
    if (number == 0) {
      throw Values.invalid("input", "'input' is empty; give at least one message.");
    }
  }

  /** The first message, wherever in the body it stands. */
  static void instructions(RequestDraft draft, String text) {
    draft.messages().add(0, message("system", text));
  }

  private static ChatMessage item(String path, JsonNode value) {
    var type = Values.object(path, value).path("type");
    if (!type.isMissingNode() && !Values.isText(type, "message")) {
      throw Values.unsupported(
          path + ".type",
          "'" + path + ".type' is " + Values.show(type) + ", but only message is supported.");
    }
    String role = null;
    String content = null;
    for (var field : value.properties()) {
      var name = path + "." + field.getKey();
      switch (field.getKey()) {
        case "role" -> role = role(name, field.getValue());
        case "content" -> content = content(name, field.getValue());
        default -> {
          if (!ECHOED.contains(field.getKey())) {
            throw Values.unsupported(name, "'" + name + "' is not supported; leave it out.");
          }
        }
      }
    }
    if (role == null || content == null) {
      var missing = path + (role == null ? ".role" : ".content");
      throw Values.invalid(missing, "'" + missing + "' is missing.");
    }
    return message(role, content);
  }

  private static String role(String name, JsonNode value) {
    var role = Values.text(name, value);
    if (!ROLES.contains(role)) {
      throw Values.wrong(name, value, "system, developer, user or assistant");
    }
    return role.equals("developer") ? "system" : role;
  }

  private static String content(String name, JsonNode value) {
    if (value.isTextual()) {
      return Values.text(name, value);
    }
    var texts = new ArrayList<String>();
    for (var part : Values.array(name, value, Integer.MAX_VALUE)) {
      var path = name + "[" + texts.size() + "]";
      var type = Values.object(path, part).path("type");
      if (!TEXTS.contains(type.asText())) {
        throw Values.unsupported(
            path + ".type",
            "'" + path + ".type' is " + Values.show(type) + ", but only text is supported.");
      }
      if (!part.has("text")) {
        throw Values.invalid(path + ".text", "'" + path + ".text' is missing.");
      }
      texts.add(Values.text(path + ".text", part.get("text")));
    }
    return String.join("", texts);
  }

  private static ChatMessage message(String role, String content) {
    return ChatMessage.newBuilder().setRole(role).setContent(content).build();
  }
}
