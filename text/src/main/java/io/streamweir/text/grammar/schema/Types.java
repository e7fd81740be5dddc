package io.streamweir.text.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The types of JSON Schema. */
final class Types {
  static final String INTEGER = "integer";
  static final String NUMBER = "number";

  private static final List<String> ALL =
      List.of("object", "array", "string", NUMBER, "boolean", "null");

  private Types() {}

  /** The types that a schema allows: those it names, or all. Never integer beside number. */
  static Set<String> of(SchemaNode schema) {
    if (!schema.has("type")) {
      return new LinkedHashSet<>(ALL);
    }
    JsonNode type = schema.get("type");
    List<String> names = type.isArray() ? schema.strings("type") : List.of(type.asText());
    Set<String> types = new LinkedHashSet<>();
    for (String name : names) {
      if (!ALL.contains(name) && !name.equals(INTEGER)) {
        throw schema.refuse("type", "'" + name + "' is none of " + ALL + " or integer");
      }
      types.add(name);
    }
    if (types.contains(NUMBER)) {
      types.remove(INTEGER);
    }
    return types;
  }

  /** The types that both allow. */
  static Set<String> common(Set<String> a, Set<String> b) {
    Set<String> common = new LinkedHashSet<>();
    for (String type : new ArrayList<>(a)) {
      if (b.contains(type)) {
        common.add(type);
      } else if (type.equals(INTEGER) && b.contains(NUMBER)
          || type.equals(NUMBER) && b.contains(INTEGER)) {
        common.add(INTEGER);
      }
    }
    return common;
  }

  /** Whether a value has one of the types. */
  static boolean allow(Set<String> types, JsonNode value) {
    return types.contains(typeOf(value))
        || types.contains(INTEGER)
            && value.isNumber()
            && value.decimalValue().stripTrailingZeros().scale() <= 0;
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case NUMBER -> NUMBER;
      case BOOLEAN -> "boolean";
      default -> "null";
    };
  }
}
