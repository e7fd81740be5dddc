package io.streamweir.text.grammar.schema;

import java.util.Map;
import java.util.Set;

/** The keywords of JSON Schema (draft 2020-12) that are followed, and those that only describe. */
final class Keywords {
  static final Set<String> OBJECT = Set.of("properties", "required", "additionalProperties");
  static final Set<String> ARRAY = Set.of("items", "prefixItems", "minItems", "maxItems");
  static final Set<String> STRING = Set.of("minLength", "maxLength", "pattern", "format");
  static final Set<String> NUMBER =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

  private static final Set<String> OTHERS =
      Set.of("type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref");

  private static final Set<String> DESCRIPTIONS =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "$comment",
          "$schema",
          "$defs",
          "definitions",
          "contentMediaType",
          "contentEncoding");

  /** What to do instead of some that are not supported. */
  private static final Map<String, String> HINTS =
      Map.of(
          "nullable", "; write \"type\": [..., \"null\"] instead",
          "not", "; list what is allowed instead",
          "patternProperties", "; list the properties instead",
          "if", "; write the cases as anyOf instead",
          "dependentRequired", "; write the cases as anyOf instead",
          "uniqueItems", "; check the answer instead",
          "minProperties", "; list the properties as required instead");

  private Keywords() {}

  /** Whether a keyword restricts nothing. */
  static boolean describes(String keyword) {
    return DESCRIPTIONS.contains(keyword) || keyword.startsWith("x-");
  }

  /** Refuses a schema with a keyword that would have to be ignored. */
  static void check(SchemaNode schema) {
    for (Map.Entry<String, ?> entry : schema.json().properties()) {
      String keyword = entry.getKey();
      boolean harmless =
          keyword.equals("uniqueItems") && schema.get(keyword).toString().equals("false")
              || keyword.equals("$id") && schema.pointer().equals("#");
      if (!isFollowed(keyword) && !describes(keyword) && !harmless) {
        throw schema.refuse(
            keyword,
            "this keyword is not supported" + HINTS.getOrDefault(keyword, "; leave it out"));
      }
    }
  }

  /** Other dialects may give keywords another meaning. */
  static void checkDialect(SchemaNode root) {
    if (root.has("$schema")
        && !root.get("$schema").asText().matches("https?://json-schema\\.org/.*")) {
      throw root.refuse(
          "$schema", root.get("$schema") + " is not supported; write the schema in draft 2020-12");
    }
  }

  private static boolean isFollowed(String keyword) {
    return OBJECT.contains(keyword)
        || ARRAY.contains(keyword)
        || STRING.contains(keyword)
        || NUMBER.contains(keyword)
        || OTHERS.contains(keyword);
  }
}
