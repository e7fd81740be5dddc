package io.streamweir.bench.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Puts the properties of an instance in the order of a schema, for the usual kinds of schemas. */
final class PropertyOrder {
  private final JsonNode root;
  private final List<JsonNode> schemas;

  private PropertyOrder(JsonNode root, List<JsonNode> schemas) {
    this.root = root;
    this.schemas = schemas;
  }

  static PropertyOrder of(JsonNode schema) {
    return new PropertyOrder(schema, List.of(schema));
  }

  JsonNode sorted(JsonNode value) {
    List<JsonNode> all = new ArrayList<>();
    Set<JsonNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    schemas.forEach(schema -> collect(schema, all, seen));
    if (value.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      PropertyOrder items = below(all.stream().map(s -> s.path("items")).toList());
      value.forEach(item -> array.add(items.sorted(item)));
      return array;
    }
    if (!value.isObject()) {
      return value;
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (JsonNode schema : all) {
      schema.path("properties").fieldNames().forEachRemaining(n -> put(n, value, all, object));
    }
    for (JsonNode schema : all) {
      schema.path("required").forEach(n -> put(n.asText(), value, all, object));
    }
    value.fieldNames().forEachRemaining(n -> put(n, value, all, object));
    return object;
  }

  private void put(String name, JsonNode value, List<JsonNode> all, ObjectNode into) {
    if (value.has(name) && !into.has(name)) {
      List<JsonNode> below = new ArrayList<>();
      all.forEach(s -> below.add(s.path("properties").path(name)));
      into.set(name, below(below).sorted(value.get(name)));
    }
  }

  private PropertyOrder below(List<JsonNode> below) {
    return new PropertyOrder(root, below);
  }

  private void collect(JsonNode schema, List<JsonNode> all, Set<JsonNode> seen) {
    if (!schema.isObject() || !seen.add(schema)) {
      return;
    }
    all.add(schema);
    String ref = schema.path("$ref").asText();
    if (ref.startsWith("#")) {
      collect(ref.equals("#") ? root : root.at(ref.substring(1)), all, seen);
    }
    for (String keyword : List.of("allOf", "anyOf", "oneOf")) {
      schema.path(keyword).forEach(part -> collect(part, all, seen));
    }
  }
}
