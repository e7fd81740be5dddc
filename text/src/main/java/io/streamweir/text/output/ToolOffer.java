package io.streamweir.text.output;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.streamweir.text.tokenizer.InvalidTextException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a request offers to call, and whether it must be called: OpenAI's {@code tools} and {@code
 * tool_choice}, checked. Immutable.
 *
 * @param tools the array; with {@code tool_choice} none it is empty, and if a function is named,
 *     that is the only one
 * @param required whether the answer has to be a call
 */
public record ToolOffer(ArrayNode tools, boolean required) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<List<Map<String, Object>>> LIST = new TypeReference<>() {};
  private static final int MOST_TOOLS = 128;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

  /**
   * @param tools OpenAI's {@code tools} as JSON; null for none
   * @param toolChoice OpenAI's {@code tool_choice} as JSON; null for auto
   * @throws InvalidTextException that says what is wrong with them
   */
  public static ToolOffer parse(String tools, String toolChoice) {
    ArrayNode all = tools == null ? JSON.createArrayNode() : array(tools);
    Set<String> names = check(all);
    JsonNode choice = toolChoice == null ? JSON.nullNode() : choice(toolChoice);
    Optional<String> named = named(choice);
    boolean required = named.isPresent() || choice.asText().equals("required");
    if (required && all.isEmpty()) {
      throw new InvalidTextException(
          "tool_choice asks for a tool call, but tools is empty. Offer tools, or leave it out.");
    }
    if (named.isPresent()) {
      if (!names.contains(named.get())) {
        throw new InvalidTextException(
            "tool_choice names the function '%s', which is not among tools."
                .formatted(named.get()));
      }
      all = only(all, named.get());
    }
    return new ToolOffer(choice.asText().equals("none") ? JSON.createArrayNode() : all, required);
  }

  public boolean isEmpty() {
    return tools.isEmpty();
  }

  /** The objects {@code function}. */
  public List<JsonNode> functions() {
    List<JsonNode> functions = new ArrayList<>();
    tools.forEach(tool -> functions.add(tool.get("function")));
    return functions;
  }

  /** Whether the arguments of any tool must fit its schema. */
  public boolean strict() {
    return functions().stream().anyMatch(function -> function.path("strict").asBoolean());
  }

  /** As chat templates take them. */
  public List<Map<String, Object>> templateVariable() {
    return JSON.convertValue(tools, LIST);
  }

  private static ArrayNode array(String json) {
    return JsonText.parse(json)
        .filter(JsonNode::isArray)
        .map(ArrayNode.class::cast)
        .orElseThrow(() -> new InvalidTextException("tools is not a JSON array."));
  }

  private static Set<String> check(ArrayNode tools) {
    if (tools.size() > MOST_TOOLS) {
      throw new InvalidTextException(
          "tools has %d elements, at most %d are taken.".formatted(tools.size(), MOST_TOOLS));
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < tools.size(); i++) {
      String name = check("tools[%d]".formatted(i), tools.get(i));
      if (!names.add(name)) {
        throw new InvalidTextException("tools has two functions of the name '%s'.".formatted(name));
      }
    }
    return names;
  }

  private static String check(String place, JsonNode tool) {
    JsonNode function = tool.path("function");
    if (!tool.path("type").asText().equals("function") || !function.isObject()) {
      throw new InvalidTextException(
          place + " is not of the form {\"type\": \"function\", \"function\": {...}}.");
    }
    String name = function.path("name").asText();
    if (!function.path("name").isTextual() || !NAME.matcher(name).matches()) {
      throw new InvalidTextException(
          place + ".function.name must be 1 to 128 letters, digits, '_', '-' or '.'.");
    }
    requireKind(place + ".function.description", function.path("description"), JsonNode::isTextual);
    requireKind(place + ".function.parameters", function.path("parameters"), JsonNode::isObject);
    requireKind(place + ".function.strict", function.path("strict"), JsonNode::isBoolean);
    return name;
  }

  private static void requireKind(String place, JsonNode value, Predicate<JsonNode> kind) {
    if (!value.isMissingNode() && !value.isNull() && !kind.test(value)) {
      throw new InvalidTextException(
          place
              + " has the wrong type: description is a string, parameters a JSON Schema (an"
              + " object), strict true or false.");
    }
  }

  private static JsonNode choice(String json) {
    JsonNode choice = JsonText.parse(json).orElse(JSON.missingNode());
    boolean word = Set.of("none", "auto", "required").contains(choice.asText());
    if (!word && named(choice).isEmpty()) {
      throw new InvalidTextException(
          "tool_choice must be \"none\", \"auto\", \"required\" or {\"type\": \"function\","
              + " \"function\": {\"name\": ...}}.");
    }
    return choice;
  }

  private static Optional<String> named(JsonNode choice) {
    JsonNode name = choice.path("function").path("name");
    return choice.path("type").asText().equals("function") && name.isTextual()
        ? Optional.of(name.asText())
        : Optional.empty();
  }

  private static ArrayNode only(ArrayNode tools, String name) {
    ArrayNode one = JSON.createArrayNode();
    for (JsonNode tool : tools) {
      if (tool.path("function").path("name").asText().equals(name)) {
        one.add(tool);
      }
    }
    return one;
  }
}
