package io.streamweir.gateway.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.parameters.RequestDraft;
import io.streamweir.gateway.parameters.Values;

/** Reads tools and the choice among them: those of a chat, with fewer braces. */
final class FunctionTools {

  private static final String FUNCTION = "function";

  private FunctionTools() {}

  /** The router checks what they are. */
  static void read(JsonNode value, RequestDraft draft) {
    var tools = JsonNodeFactory.instance.arrayNode();
    for (var tool : Values.array("tools", value, Integer.MAX_VALUE)) {
      tools.add(tool("tools[" + tools.size() + "]", tool));
    }
    if (!tools.isEmpty()) {
      draft.request().setTools(tools.toString());
    }
  }

  private static ObjectNode tool(String path, JsonNode value) {
    requireFunction(path + ".type", Values.object(path, value).path("type"));
    var function = value.<ObjectNode>deepCopy();
    function.remove("type");
    if (function.path("strict").isNull()) {
      function.remove("strict");
    }
    var tool = JsonNodeFactory.instance.objectNode().put("type", FUNCTION);
    tool.set(FUNCTION, function);
    return tool;
  }

  static void choice(JsonNode value, RequestDraft draft) {
    draft.request().setToolChoice(value.isObject() ? named(value).toString() : value.toString());
  }

  private static ObjectNode named(JsonNode value) {
    requireFunction("tool_choice.type", value.path("type"));
    var choice = JsonNodeFactory.instance.objectNode().put("type", FUNCTION);
    choice.putObject(FUNCTION).put("name", Values.text("tool_choice.name", value.path("name")));
    return choice;
  }

  private static void requireFunction(String name, JsonNode type) {
    if (!Values.isText(type, FUNCTION)) {
      throw Values.unsupported(
          name, "'" + name + "' must be function: there are no tools on the server.");
    }
  }
}
