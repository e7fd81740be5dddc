package io.streamweir.text.grammar;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Checks values against schemas the straightforward way, by recursion on the value: what the
 * constraint is compared with. Knows the keywords that the tests generate; throws on others.
 */
final class Validator {
  /** What is white space in the patterns of ECMA-262, and only in part in Java's. */
  private static final String SPACE =
      "\\t\\n\\x0B\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";

  private final JsonNode root;
  private final Set<Question> open = new HashSet<>();

  /**
   * Those that did not arise from another one about the same value; without them, two alternatives
   * at each level are two to the power of all levels.
   */
  private final Map<Question, Boolean> answers = new HashMap<>();

  private final Map<String, BiPredicate<JsonNode, JsonNode>> keywords =
      Map.ofEntries(
          Map.entry("type", (s, v) -> anyType(s.get("type"), v)),
          Map.entry("enum", (s, v) -> among(s.get("enum"), v)),
          Map.entry("const", (s, v) -> equal(s.get("const"), v)),
          Map.entry("minLength", (s, v) -> !v.isTextual() || length(v) >= number(s, "minLength")),
          Map.entry("maxLength", (s, v) -> !v.isTextual() || length(v) <= number(s, "maxLength")),
          Map.entry("pattern", (s, v) -> !v.isTextual() || found(s.get("pattern"), v)),
          Map.entry("minimum", (s, v) -> !v.isNumber() || order(v, s, "minimum") >= 0),
          Map.entry("maximum", (s, v) -> !v.isNumber() || order(v, s, "maximum") <= 0),
          Map.entry(
              "exclusiveMinimum", (s, v) -> !v.isNumber() || order(v, s, "exclusiveMinimum") > 0),
          Map.entry(
              "exclusiveMaximum", (s, v) -> !v.isNumber() || order(v, s, "exclusiveMaximum") < 0),
          Map.entry("multipleOf", (s, v) -> !v.isNumber() || divides(s.get("multipleOf"), v)),
          Map.entry("minItems", (s, v) -> !v.isArray() || v.size() >= number(s, "minItems")),
          Map.entry("maxItems", (s, v) -> !v.isArray() || v.size() <= number(s, "maxItems")),
          Map.entry("prefixItems", this::prefixItems),
          Map.entry("items", this::items),
          Map.entry("properties", this::properties),
          Map.entry(
              "required",
              (s, v) -> !v.isObject() || all(s.get("required"), n -> v.has(n.asText()))),
          Map.entry("additionalProperties", this::additionalProperties),
          Map.entry("anyOf", (s, v) -> matching(s.get("anyOf"), v) > 0),
          Map.entry("oneOf", (s, v) -> matching(s.get("oneOf"), v) == 1),
          Map.entry("allOf", (s, v) -> matching(s.get("allOf"), v) == s.get("allOf").size()),
          Map.entry("$ref", this::reference),
          Map.entry("format", (s, v) -> !v.isTextual() || JdkFormats.fits(s.get("format"), v)));

  /**
   * Keywords that only describe, or hold what others refer to; uniqueItems is only taken if it is
   * false.
   */
  private static final Set<String> DESCRIBING =
      Set.of(
          "$defs",
          "definitions",
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "contentMediaType",
          "contentEncoding",
          "uniqueItems",
          "$comment",
          "$schema",
          "$id");

  Validator(JsonNode root) {
    this.root = root;
  }

  boolean isValid(JsonNode value) {
    return isValid(root, value);
  }

  /** What a value would be valid by only if it were is no reason for it. */
  private boolean isValid(JsonNode schema, JsonNode value) {
    if (schema.isBoolean()) {
      return schema.asBoolean();
    }
    Question question = new Question(schema, value);
    Boolean known = answers.get(question);
    if (known != null) {
      return known;
    }
    boolean first = open.stream().noneMatch(other -> other.value == value);
    if (!open.add(question)) {
      return false;
    }
    try {
      boolean valid = all(fieldNames(schema), name -> keyword(name).test(schema, value));
      if (first) {
        answers.put(question, valid);
      }
      return valid;
    } finally {
      open.remove(question);
    }
  }

  /** One schema and one value, not others that are equal. */
  private record Question(JsonNode schema, JsonNode value) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Question it && it.schema == schema && it.value == value;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(schema) * 31 + System.identityHashCode(value);
    }
  }

  private BiPredicate<JsonNode, JsonNode> keyword(String name) {
    boolean describes = DESCRIBING.contains(name) || name.startsWith("x-");
    return describes
        ? (schema, value) -> true
        : requireNonNull(keywords.get(name), () -> "The keyword " + name + " is not known.");
  }

  private static List<String> fieldNames(JsonNode node) {
    Iterable<String> names = node::fieldNames;
    return StreamSupport.stream(names.spliterator(), false).toList();
  }

  private static <T> boolean all(Iterable<T> items, Predicate<T> predicate) {
    return StreamSupport.stream(items.spliterator(), false).allMatch(predicate);
  }

  private long matching(JsonNode schemas, JsonNode value) {
    return StreamSupport.stream(schemas.spliterator(), false)
        .filter(schema -> isValid(schema, value))
        .count();
  }

  private boolean reference(JsonNode schema, JsonNode value) {
    String pointer = URI.create(schema.get("$ref").asText()).getFragment();
    return isValid(root.at(pointer), value);
  }

  private boolean prefixItems(JsonNode schema, JsonNode value) {
    JsonNode prefix = schema.get("prefixItems");
    for (int i = 0; value.isArray() && i < Math.min(prefix.size(), value.size()); i++) {
      if (!isValid(prefix.get(i), value.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean items(JsonNode schema, JsonNode value) {
    for (int i = schema.path("prefixItems").size(); value.isArray() && i < value.size(); i++) {
      if (!isValid(schema.get("items"), value.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean properties(JsonNode schema, JsonNode value) {
    JsonNode properties = schema.get("properties");
    return all(
        fieldNames(properties),
        name -> !value.has(name) || isValid(properties.get(name), value.get(name)));
  }

  private boolean additionalProperties(JsonNode schema, JsonNode value) {
    return !value.isObject()
        || all(
            fieldNames(value),
            name ->
                schema.path("properties").has(name)
                    || isValid(schema.get("additionalProperties"), value.get(name)));
  }

  private static boolean anyType(JsonNode types, JsonNode value) {
    Iterator<JsonNode> names = types.isArray() ? types.elements() : List.of(types).iterator();
    while (names.hasNext()) {
      String name = names.next().asText();
      boolean matches =
          switch (name) {
            case "integer" -> value.isNumber() && whole(value.decimalValue());
            case "null" -> value.isNull();
            default -> value.getNodeType().name().equalsIgnoreCase(name);
          };
      if (matches) {
        return true;
      }
    }
    return false;
  }

  private static boolean whole(BigDecimal value) {
    return value.stripTrailingZeros().scale() <= 0;
  }

  private static boolean among(JsonNode values, JsonNode value) {
    return StreamSupport.stream(values.spliterator(), false).anyMatch(v -> equal(v, value));
  }

  private static boolean equal(JsonNode a, JsonNode b) {
    return a.isNumber() && b.isNumber()
        ? a.decimalValue().compareTo(b.decimalValue()) == 0
        : a.equals(b);
  }

  private static int length(JsonNode value) {
    return (int) value.asText().codePoints().count();
  }

  private static double number(JsonNode schema, String keyword) {
    return schema.get(keyword).asDouble();
  }

  private static int order(JsonNode value, JsonNode schema, String keyword) {
    return value.decimalValue().compareTo(schema.get(keyword).decimalValue());
  }

  private static boolean divides(JsonNode divisor, JsonNode value) {
    return value.decimalValue().remainder(divisor.decimalValue()).signum() == 0;
  }

  private static boolean found(JsonNode pattern, JsonNode value) {
    String ofJava =
        pattern.asText().replace("\\s", "[" + SPACE + "]").replace("\\S", "[^" + SPACE + "]");
    return Pattern.compile(ofJava).matcher(value.asText()).find();
  }
}
