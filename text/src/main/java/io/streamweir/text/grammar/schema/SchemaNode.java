package io.streamweir.text.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.regex.Origin;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A schema within a document, with its place.
 *
 * @param json an object or a boolean
 * @param pointer JSON pointer from the root of the document, as a fragment: {@code #/properties/a}
 */
record SchemaNode(JsonNode json, String pointer) {
  /** Bounds with more digits than this make no useful automaton. */
  private static final int MAX_DIGITS = 100;

  /** Counts beyond are those of no answer. */
  private static final int MAX_COUNT = 1_000_000;

  boolean has(String keyword) {
    return json.has(keyword);
  }

  JsonNode get(String keyword) {
    return json.get(keyword);
  }

  /** Where a keyword stands, to name it in errors. */
  Origin origin(String keyword) {
    return new Origin(keyword, pointer + "/" + escape(keyword));
  }

  ConstraintException refuse(String keyword, String reason) {
    return origin(keyword).refuse(reason);
  }

  /** A schema below a keyword. */
  SchemaNode child(String keyword) {
    return new SchemaNode(get(keyword), origin(keyword).place());
  }

  /** The schemas of an array below a keyword. */
  List<SchemaNode> children(String keyword) {
    JsonNode array = get(keyword);
    if (!array.isArray() || array.isEmpty()) {
      throw refuse(keyword, "must be an array of at least one schema");
    }
    List<SchemaNode> children = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      children.add(new SchemaNode(array.get(i), origin(keyword).place() + "/" + i));
    }
    return children;
  }

  /** The schemas of an object below a keyword, by name; empty if the keyword is absent. */
  Map<String, SchemaNode> named(String keyword) {
    Map<String, SchemaNode> named = new LinkedHashMap<>();
    if (has(keyword)) {
      if (!get(keyword).isObject()) {
        throw refuse(keyword, "must be an object");
      }
      for (Map.Entry<String, JsonNode> entry : get(keyword).properties()) {
        String place = origin(keyword).place() + "/" + escape(entry.getKey());
        named.put(entry.getKey(), new SchemaNode(entry.getValue(), place));
      }
    }
    return named;
  }

  /** The strings of an array below a keyword; empty if the keyword is absent. */
  List<String> strings(String keyword) {
    List<String> strings = new ArrayList<>();
    if (has(keyword)) {
      if (!get(keyword).isArray()) {
        throw refuse(keyword, "must be an array of strings");
      }
      for (JsonNode item : get(keyword)) {
        if (!item.isTextual()) {
          throw refuse(keyword, "must be an array of strings");
        }
        strings.add(item.asText());
      }
    }
    return strings;
  }

  /** A number below a keyword, of a size that can be written out. */
  Optional<BigDecimal> number(String keyword) {
    if (!has(keyword)) {
      return Optional.empty();
    }
    if (!get(keyword).isNumber()) {
      throw refuse(keyword, "must be a number");
    }
    BigDecimal value = get(keyword).decimalValue();
    long digits = Math.max(Math.abs((long) value.scale()), value.precision());
    if (value.signum() != 0 && digits > MAX_DIGITS) {
      throw refuse(keyword, "has more than " + MAX_DIGITS + " digits when written out");
    }
    return Optional.of(value.signum() == 0 ? BigDecimal.ZERO : value);
  }

  /** A count below a keyword. */
  Optional<Integer> count(String keyword) {
    return number(keyword).map(value -> count(keyword, value));
  }

  private int count(String keyword, BigDecimal value) {
    if (value.signum() < 0 || value.stripTrailingZeros().scale() > 0) {
      throw refuse(keyword, "must be a whole number that is not negative");
    }
    if (value.compareTo(BigDecimal.valueOf(MAX_COUNT)) > 0) {
      throw refuse(keyword, "is larger than " + MAX_COUNT + ", the most that is supported");
    }
    return value.intValue();
  }

  /** Without some keywords. */
  SchemaNode without(Set<String> keywords) {
    return new SchemaNode(copy(json).remove(keywords), pointer);
  }

  /** A copy of an object that shares its members. */
  static ObjectNode copy(JsonNode object) {
    return JsonNodeFactory.instance.objectNode().setAll((ObjectNode) object);
  }

  private static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
