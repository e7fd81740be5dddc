package io.streamweir.gateway.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamweir.gateway.parameters.RequestDraft;
import io.streamweir.gateway.parameters.Values;
import io.streamweir.schemas.ChatMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the input of a response: what a chat calls messages. Calls of tools are items of their own
 * here, and in a chat part of the assistant's message before them.
 */
final class InputItems {

  private static final Set<String> ROLES = Set.of("system", "user", "assistant", "developer");
  private static final Set<String> TEXTS = Set.of("input_text", "output_text", "text");

  /** What an output item has when it is sent back as input; it changes nothing. */
  private static final Set<String> ECHOED = Set.of("id", "status", "type");

  private final List<ChatMessage> messages;

  /** Of the message before, if that is the assistant's and had some; else null. */
  private ArrayNode calls;

  private InputItems(List<ChatMessage> messages) {
    this.messages = messages;
  }

  static void read(JsonNode value, RequestDraft draft) {
    if (value.isTextual()) {
      draft.messages().add(message("user", Values.text("input", value)));
      return;
    }
    var items = new InputItems(draft.messages());
    var number = 0;
    for (var item : Values.array("input", value, Integer.MAX_VALUE)) {
      items.add("input[" + number + "]", item);
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

  private void add(String path, JsonNode value) {
    var type = Values.object(path, value).path("type");
    if (type.isMissingNode() || Values.isText(type, "message")) {
      calls = null;
      messages.add(message(path, value));
    } else if (Values.isText(type, "function_call")) {
      call(path, value);
    } else if (Values.isText(type, "function_call_output")) {
      calls = null;
      messages.add(result(path, value));
    } else {
      throw Values.unsupported(
          path + ".type",
          "'"
              + path
              + ".type' is "
              + Values.show(type)
              + ", but only message, function_call and function_call_output are supported.");
    }
  }

  private void call(String path, JsonNode value) {
    var fields = fields(path, value, "call_id", "name", "arguments");
    if (calls == null) {
      calls = JsonNodeFactory.instance.arrayNode();
      if (messages.isEmpty() || !last().getRole().equals("assistant")) {
        messages.add(ChatMessage.newBuilder().setRole("assistant").build());
      }
    }
    calls
        .addObject()
        .put("id", fields.get("call_id"))
        .put("type", "function")
        .putObject("function")
        .put("name", fields.get("name"))
        .put("arguments", fields.get("arguments"));
    last().setToolCalls(calls.toString());
  }

  private ChatMessage last() {
    return messages.get(messages.size() - 1);
  }

  private static ChatMessage result(String path, JsonNode value) {
    var fields = fields(path, value, "call_id", "output");
    var message = message("tool", fields.get("output"));
    message.setToolCallId(fields.get("call_id"));
    return message;
  }

  /** The texts of an item that has these fields and no others that mean anything. */
  private static Map<String, String> fields(String path, JsonNode value, String... names) {
    var wanted = List.of(names);
    var texts = new HashMap<String, String>();
    for (var field : value.properties()) {
      var name = path + "." + field.getKey();
      if (field.getKey().equals("output")) {
        texts.put("output", content(name, field.getValue()));
      } else if (wanted.contains(field.getKey())) {
        texts.put(field.getKey(), Values.text(name, field.getValue()));
      } else {
        requireEchoed(name, field.getKey());
      }
    }
    for (var name : wanted) {
      if (!texts.containsKey(name)) {
        throw Values.invalid(path + "." + name, "'" + path + "." + name + "' is missing.");
      }
    }
    return texts;
  }

  private static void requireEchoed(String name, String field) {
    if (!ECHOED.contains(field)) {
      throw Values.unsupported(name, "'" + name + "' is not supported; leave it out.");
    }
  }

  private static ChatMessage message(String path, JsonNode value) {
    String role = null;
    String content = null;
    for (var field : value.properties()) {
      var name = path + "." + field.getKey();
      switch (field.getKey()) {
        case "role" -> role = role(name, field.getValue());
        case "content" -> content = content(name, field.getValue());
        default -> requireEchoed(name, field.getKey());
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
