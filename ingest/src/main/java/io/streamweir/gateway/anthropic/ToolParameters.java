package io.streamweir.gateway.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.parameters.RequestDraft;
import io.streamweir.gateway.parameters.Values;

/** Reads {@code tools}, {@code tool_choice} and {@code thinking} into the terms of events. */
final class ToolParameters {

  private static final int LEAST_BUDGET = 1;

  private ToolParameters() {}

  static void tools(JsonNode value, RequestDraft draft) {
    var tools = JsonNodeFactory.instance.arrayNode();
    for (var tool : Values.array("tools", value, Integer.MAX_VALUE)) {
      tools.add(tool("tools[" + tools.size() + "]", tool));
    }
    if (!tools.isEmpty()) {
      draft.request().setTools(tools.toString());
    }
  }

  private static ObjectNode tool(String path, JsonNode value) {
    var tool = JsonNodeFactory.instance.objectNode().put("type", "function");
    var function = tool.putObject("function");
    for (var field : Values.object(path, value).properties()) {
      var name = path + "." + field.getKey();
      var given = field.getValue();
      switch (field.getKey()) {
        case "name" -> function.put("name", Values.text(name, given));
        case "description" -> function.put("description", Values.text(name, given));
        case "input_schema" -> function.set("parameters", Values.object(name, given));
        case "strict" -> function.put("strict", Values.bool(name, given));
        // What is the same again is cached anyway.
        case "cache_control" -> {}
        case "type" -> {
          if (!given.isNull() && !Values.isText(given, "custom")) {
            throw Values.unsupported(
                name, "'" + name + "' must be custom: there are no tools on the server.");
          }
        }
        default -> throw Values.unsupported(name, "'" + name + "' is not supported; leave it out.");
      }
    }
    if (!function.has("name")) {
      throw Values.invalid(path + ".name", "'" + path + ".name' is missing.");
    }
    return tool;
  }

  static void choice(JsonNode value, RequestDraft draft) {
    var type = Values.text("tool_choice.type", Values.object("tool_choice", value).path("type"));
    var choice =
        switch (type) {
          case "auto", "none" -> JsonNodeFactory.instance.textNode(type);
          case "any" -> JsonNodeFactory.instance.textNode("required");
          case "tool" -> named(Values.text("tool_choice.name", value.path("name")));
          default ->
              throw Values.wrong("tool_choice.type", value.path("type"), "auto, any, tool or none");
        };
    draft.request().setToolChoice(choice.toString());
    if (value.has("disable_parallel_tool_use")) {
      draft
          .request()
          .setParallelToolCalls(
              !Values.bool(
                  "tool_choice.disable_parallel_tool_use", value.get("disable_parallel_tool_use")));
    }
  }

  private static JsonNode named(String name) {
    var choice = JsonNodeFactory.instance.objectNode().put("type", "function");
    choice.putObject("function").put("name", name);
    return choice;
  }

  static void thinking(JsonNode value, RequestDraft draft) {
    var type = Values.object("thinking", value).path("type");
    if (Values.isText(type, "enabled")) {
      draft.request().setEnableThinking(true);
      draft
          .request()
          .setThinkingBudget(
              Values.integer(
                  "thinking.budget_tokens",
                  value.path("budget_tokens"),
                  LEAST_BUDGET,
                  Integer.MAX_VALUE));
    } else if (Values.isText(type, "disabled")) {
      draft.request().setEnableThinking(false);
    } else {
      throw Values.wrong("thinking.type", type, "enabled or disabled");
    }
  }
}
