package io.streamweir.text.output;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.text.tokenizer.InvalidTextException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tools that a request offers, as far as reading an answer needs them. Without any, nothing in
 * an answer is a tool call.
 */
public final class Tools {
  /** No tool is offered, or none may be called. */
  public static final Tools NONE = new Tools(Map.of());

  private static final int MAX_DEPTH = 8;

  private final Map<String, JsonNode> parameters;

  private Tools(Map<String, JsonNode> parameters) {
    this.parameters = parameters;
  }

  /**
   * Reads the array {@code tools} of an OpenAI-compatible request.
   *
   * @throws InvalidTextException if it is no array of objects with a name each
   */
  public static Tools parse(String toolsJson) {
    JsonNode array =
        JsonText.parse(requireNonNull(toolsJson, "toolsJson is null"))
            .filter(JsonNode::isArray)
            .orElseThrow(() -> new InvalidTextException("tools is not a JSON array."));
    Map<String, JsonNode> parameters = new LinkedHashMap<>();
    for (JsonNode tool : array) {
      JsonNode function = tool.has("function") ? tool.get("function") : tool;
      String name = function.path("name").asText();
      if (name.isEmpty()) {
        throw new InvalidTextException(
            "tools[%d] has no name; give it function.name.".formatted(parameters.size()));
      }
      parameters.put(name, function.path("parameters"));
    }
    return new Tools(parameters);
  }

  public boolean isEmpty() {
    return parameters.isEmpty();
  }

  boolean offers(String name) {
    return parameters.containsKey(name);
  }

  /** The JSON schema types that a tool allows for an argument; none if it does not say. */
  Set<String> argumentTypes(String tool, String argument) {
    JsonNode schema = parameters.get(tool);
    Set<String> types = new TreeSet<>();
    if (schema != null) {
      collect(schema.path("properties").path(argument), types, MAX_DEPTH);
    }
    return types;
  }

  private static void collect(JsonNode schema, Set<String> types, int depth) {
    JsonNode type = schema.path("type");
    if (type.isTextual()) {
      types.add(type.asText());
    }
    type.forEach(one -> types.add(one.asText()));
    if (!type.isMissingNode() || depth == 0) {
      return;
    }
    schema.path("enum").forEach(value -> types.add(typeOf(value)));
    if (schema.has("const")) {
      types.add(typeOf(schema.get("const")));
    }
    schema.path("anyOf").forEach(choice -> collect(choice, types, depth - 1));
    schema.path("oneOf").forEach(choice -> collect(choice, types, depth - 1));
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "boolean";
      case NULL -> "null";
      case ARRAY -> "array";
      default -> "object";
    };
  }
}
