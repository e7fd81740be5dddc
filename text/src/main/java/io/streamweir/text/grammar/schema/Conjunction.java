package io.streamweir.text.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Puts two schemas that both have to hold into one, where that can be written down. Where it
 * cannot, the schema is refused; nothing is left out.
 */
final class Conjunction {
  private static final Set<String> LOWER_BOUNDS = Set.of("minimum", "minLength", "minItems");
  private static final Set<String> UPPER_BOUNDS = Set.of("maximum", "maxLength", "maxItems");

  private Conjunction() {}

  /** A schema for what both allow, with the place of the second. */
  static SchemaNode of(SchemaNode first, SchemaNode second) {
    if (first.json().isBoolean() || second.json().isBoolean()) {
      boolean both = !isFalse(first) && !isFalse(second);
      JsonNode rest = first.json().isBoolean() ? second.json() : first.json();
      return new SchemaNode(
          both ? rest : JsonNodeFactory.instance.booleanNode(false), second.pointer());
    }
    requireIndependentObjects(first, second);
    requireIndependentObjects(second, first);
    requireIndependentArrays(first, second);
    ObjectNode both = SchemaNode.copy(first.json());
    for (Map.Entry<String, JsonNode> entry : second.json().properties()) {
      String keyword = entry.getKey();
      JsonNode other = both.get(keyword);
      if (other == null || Keywords.describes(keyword)) {
        both.set(keyword, entry.getValue());
      } else if (!other.equals(entry.getValue())) {
        both.set(keyword, combined(keyword, first, second));
      }
    }
    return new SchemaNode(both, second.pointer());
  }

  private static boolean isFalse(SchemaNode schema) {
    return schema.json().isBoolean() && !schema.json().asBoolean();
  }

  private static JsonNode combined(String keyword, SchemaNode first, SchemaNode second) {
    if (keyword.equals("type")) {
      return array(Types.common(Types.of(first), Types.of(second)));
    }
    if (keyword.equals("required")) {
      Set<String> all = new LinkedHashSet<>(first.strings(keyword));
      all.addAll(second.strings(keyword));
      return array(all);
    }
    if (keyword.equals("properties")) {
      return properties(first, second);
    }
    if (LOWER_BOUNDS.contains(keyword) || UPPER_BOUNDS.contains(keyword)) {
      int order =
          first.number(keyword).orElseThrow().compareTo(second.number(keyword).orElseThrow());
      boolean takeFirst = LOWER_BOUNDS.contains(keyword) ? order > 0 : order < 0;
      return takeFirst ? first.get(keyword) : second.get(keyword);
    }
    throw second.refuse(
        keyword,
        "it stands in two schemas that both have to hold, which is not supported; write one schema");
  }

  private static ArrayNode array(Set<String> names) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    names.forEach(array::add);
    return array;
  }

  private static JsonNode properties(SchemaNode first, SchemaNode second) {
    first.named("properties");
    ObjectNode all = SchemaNode.copy(first.get("properties"));
    for (Map.Entry<String, SchemaNode> entry : second.named("properties").entrySet()) {
      JsonNode other = all.get(entry.getKey());
      if (other != null && !other.equals(entry.getValue().json())) {
        throw second.refuse(
            "properties",
            "'%s' has two schemas that both have to hold, which is not supported; write one schema"
                .formatted(entry.getKey()));
      }
      all.set(entry.getKey(), entry.getValue().json());
    }
    return all;
  }

  /** {@code additionalProperties} speaks of the properties beside it only: those must be all. */
  private static void requireIndependentObjects(SchemaNode one, SchemaNode other) {
    boolean restricts =
        one.has("additionalProperties")
            && !one.get("additionalProperties").toString().equals("true");
    Set<String> others = other.named("properties").keySet();
    boolean different =
        other.has("additionalProperties")
            && !other.get("additionalProperties").equals(one.get("additionalProperties"));
    if (restricts && (different || !one.named("properties").keySet().containsAll(others))) {
      throw one.refuse(
          "additionalProperties",
          "another schema that has to hold as well has other properties; write one schema");
    }
  }

  private static void requireIndependentArrays(SchemaNode first, SchemaNode second) {
    boolean prefixed = first.has("prefixItems") || second.has("prefixItems");
    boolean both =
        (first.has("prefixItems") || first.has("items"))
            && (second.has("prefixItems") || second.has("items"));
    if (prefixed && both) {
      throw second.refuse(
          second.has("prefixItems") ? "prefixItems" : "items",
          "another schema that has to hold as well describes the items too; write one schema");
    }
  }
}
