package io.streamweir.text.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;

/** The JSON for a value that a model wrote as plain text. */
final class ArgumentValue {
  private ArgumentValue() {}

  /**
   * What the tool allows decides; where it does not say, text that is JSON is taken as such.
   *
   * @param types JSON schema types, none if unknown
   */
  static String json(String text, Set<String> types) {
    String trimmed = text.strip();
    Optional<JsonNode> node = JsonText.parse(trimmed);
    if (node.isPresent() && (types.isEmpty() || allows(types, node.get()))) {
      return trimmed;
    }
    String literal = pythonLiteral(trimmed);
    if (literal != null && (types.isEmpty() || allows(types, JsonText.parse(literal).get()))) {
      return literal;
    }
    boolean json = node.isPresent() && !types.contains("string");
    return json ? trimmed : JsonText.quote(text);
  }

  /** Python's names: chat templates render values of earlier calls with them, so models do too. */
  private static String pythonLiteral(String text) {
    return switch (text) {
      case "None" -> "null";
      case "True" -> "true";
      case "False" -> "false";
      default -> null;
    };
  }

  private static boolean allows(Set<String> types, JsonNode node) {
    return switch (node.getNodeType()) {
      case NUMBER ->
          types.contains("number") || types.contains("integer") && node.isIntegralNumber();
      case BOOLEAN -> types.contains("boolean");
      case NULL -> types.contains("null");
      case OBJECT -> types.contains("object");
      case ARRAY -> types.contains("array");
      default -> false;
    };
  }
}
