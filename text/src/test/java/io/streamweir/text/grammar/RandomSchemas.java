package io.streamweir.text.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/** Makes schemas of the supported keywords; some of them cannot be fulfilled. */
final class RandomSchemas {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> NAMES = List.of("a", "b", "ab", "naïve", "q\"", "x y", "");
  private static final List<String> TEXTS = List.of("", "red", "re", "gr\u00fcn", "a\"b", "\n");
  private static final List<String> PATTERNS =
      List.of(
          "^[a-c]{1,4}$", "x", "^\\d+(\\.\\d{2})?$", "e|\u00e9", "^(ab|cd)*$", "[^\"]$", "^.?$");

  private final Random random;

  RandomSchemas(Random random) {
    this.random = random;
  }

  JsonNode next() {
    JsonNode schema = schema(4);
    if (schema instanceof ObjectNode object) {
      ObjectNode definitions = object.putObject("$defs");
      definitions.set("d", schema(2));
    }
    return schema;
  }

  private JsonNode schema(int depth) {
    ObjectNode schema = JSON.objectNode();
    switch (random.nextInt(depth > 0 ? 12 : 7)) {
      case 0 -> string(schema);
      case 1 -> number(schema);
      case 2 -> schema.put("type", pick(List.of("boolean", "null", "string", "integer")));
      case 3 -> values(schema);
      case 4 -> schema.putArray("type").add("null").add(pick(List.of("integer", "boolean")));
      case 5 -> {
        return JSON.booleanNode(random.nextInt(5) > 0);
      }
      case 6 -> schema.put("$ref", random.nextInt(4) == 0 ? "#" : "#/$defs/d");
      case 7, 8 -> object(schema, depth);
      case 9 -> array(schema, depth);
      case 10 -> list(schema, "anyOf", depth);
      default -> {
        list(schema, random.nextBoolean() ? "allOf" : "oneOf", depth);
        number(schema);
      }
    }
    return schema;
  }

  private void string(ObjectNode schema) {
    schema.put("type", "string");
    if (random.nextBoolean()) {
      schema.put("minLength", random.nextInt(4));
    }
    if (random.nextBoolean()) {
      schema.put("maxLength", random.nextInt(8));
    }
    if (random.nextInt(3) == 0) {
      schema.put("pattern", pick(PATTERNS));
    }
  }

  private void number(ObjectNode schema) {
    schema.put("type", random.nextBoolean() ? "integer" : "number");
    for (String keyword : List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")) {
      if (random.nextInt(3) == 0) {
        schema.put(keyword, (random.nextInt(4000) - 2000) / (random.nextBoolean() ? 1 : 8.0));
      }
    }
    if (random.nextInt(4) == 0) {
      schema.put("multipleOf", pick(List.of(1, 3, 10, 0.5, 0.25)).doubleValue());
    }
  }

  private void values(ObjectNode schema) {
    ArrayNode values = schema.putArray("enum");
    for (int i = 0; i <= random.nextInt(4); i++) {
      switch (random.nextInt(4)) {
        case 0 -> values.add(random.nextInt(30));
        case 1 -> values.addNull();
        case 2 -> values.addObject().put(pick(NAMES), 1);
        default -> values.add(pick(TEXTS));
      }
    }
  }

  private void object(ObjectNode schema, int depth) {
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (int i = 0; i < random.nextInt(5); i++) {
      String name = pick(NAMES);
      properties.set(name, schema(depth - 1));
      if (random.nextBoolean()) {
        required.add(name);
      }
    }
    if (random.nextInt(3) > 0) {
      schema.put("additionalProperties", false);
    } else if (random.nextBoolean()) {
      schema.set("additionalProperties", schema(depth - 1));
    }
  }

  private void array(ObjectNode schema, int depth) {
    schema.put("type", "array");
    schema.set("items", schema(depth - 1));
    if (random.nextBoolean()) {
      schema.put("minItems", random.nextInt(3));
    }
    if (random.nextBoolean()) {
      schema.put("maxItems", random.nextInt(5));
    }
    if (random.nextInt(3) == 0) {
      schema.putArray("prefixItems").add(schema(depth - 1)).add(schema(depth - 1));
    }
  }

  private void list(ObjectNode schema, String keyword, int depth) {
    ArrayNode parts = schema.putArray(keyword);
    for (int i = 0; i <= random.nextInt(3); i++) {
      parts.add(schema(depth - 1));
    }
  }

  private <T> T pick(List<? extends T> items) {
    return items.get(random.nextInt(items.size()));
  }
}
