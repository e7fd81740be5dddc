package io.streamweir.text.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells whether schemas exclude each other, so that {@code oneOf} means the same as {@code anyOf}:
 * by their types, or by a property that all require with different values.
 */
final class Alternatives {
  private Alternatives() {}

  static boolean exclusive(List<SchemaNode> schemas) {
    for (int i = 0; i < schemas.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (!exclusive(schemas.get(i), schemas.get(j))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean exclusive(SchemaNode a, SchemaNode b) {
    if (a.json().isBoolean() || b.json().isBoolean()) {
      return isFalse(a) || isFalse(b);
    }
    if (disjoint(values(a), values(b))) {
      return true;
    }
    Set<String> common = Types.common(types(a), types(b));
    return common.isEmpty() || common.equals(Set.of("object")) && differentProperty(a, b);
  }

  private static boolean isFalse(SchemaNode schema) {
    return schema.json().isBoolean() && !schema.json().asBoolean();
  }

  /** The types, also where only the given values tell them. */
  private static Set<String> types(SchemaNode schema) {
    Set<String> types = Types.of(schema);
    Set<JsonNode> values = values(schema);
    if (values != null) {
      types.removeIf(type -> values.stream().noneMatch(v -> Types.allow(Set.of(type), v)));
    }
    return types;
  }

  private static boolean differentProperty(SchemaNode a, SchemaNode b) {
    Map<String, SchemaNode> ofA = a.named("properties");
    Map<String, SchemaNode> ofB = b.named("properties");
    Set<String> required = new HashSet<>(a.strings("required"));
    required.retainAll(b.strings("required"));
    return required.stream()
        .anyMatch(
            name ->
                ofA.containsKey(name)
                    && ofB.containsKey(name)
                    && disjoint(values(ofA.get(name)), values(ofB.get(name))));
  }

  /** The values that {@code const} or {@code enum} give; null if neither does. */
  private static Set<JsonNode> values(SchemaNode schema) {
    if (schema.has("const")) {
      return Set.of(schema.get("const"));
    }
    Set<JsonNode> values = new HashSet<>();
    if (schema.has("enum")) {
      schema.get("enum").forEach(values::add);
      return values;
    }
    return null;
  }

  /** Whether both are given and have nothing in common; only texts, numbers may be equal unseen. */
  private static boolean disjoint(Set<JsonNode> a, Set<JsonNode> b) {
    return a != null
        && b != null
        && a.stream().allMatch(v -> v.isTextual() || v.isBoolean())
        && a.stream().noneMatch(b::contains);
  }
}
