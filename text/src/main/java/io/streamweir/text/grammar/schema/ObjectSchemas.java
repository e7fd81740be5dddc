package io.streamweir.text.grammar.schema;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.streamweir.text.grammar.rule.Rule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Objects: listed properties in their order, then others if they are allowed. */
final class ObjectSchemas {
  private static final int MAX_OPTIONAL = 500;

  /** Translates a schema at a depth. */
  interface Translation {
    Rule rule(SchemaNode schema, int depth);
  }

  private final JsonRules json;
  private final Translation translation;

  ObjectSchemas(JsonRules json, Translation translation) {
    this.json = json;
    this.translation = translation;
  }

  Rule rule(SchemaNode schema, int depth) {
    if (Keywords.OBJECT.stream().noneMatch(schema::has)) {
      return json.anyObject();
    }
    SchemaNode others =
        schema.has("additionalProperties")
            ? schema.child("additionalProperties")
            : new SchemaNode(BooleanNode.TRUE, schema.pointer());
    Map<String, SchemaNode> properties = schema.named("properties");
    Set<String> required = Set.copyOf(schema.strings("required"));
    for (String name : schema.strings("required")) {
      properties.putIfAbsent(name, others);
    }
    List<Rule> members = new ArrayList<>();
    BitSet optional = new BitSet();
    properties.forEach(
        (name, value) -> {
          optional.set(members.size(), !required.contains(name));
          Rule rule = translation.rule(value, depth + 1);
          members.add(json.member(name, rule, schema.origin("properties")));
        });
    if (optional.cardinality() > MAX_OPTIONAL) {
      throw schema.refuse(
          "properties",
          "%d of them may be left out, at most %d are supported; list more of them as required"
              .formatted(optional.cardinality(), MAX_OPTIONAL));
    }
    List<String> names = List.copyOf(properties.keySet());
    return json.object(members, optional, others(schema, others, names, depth));
  }

  private Optional<Rule> others(
      SchemaNode schema, SchemaNode others, List<String> names, int depth) {
    if (others.json().isBoolean() && !others.json().asBoolean()) {
      return Optional.empty();
    }
    Rule value = translation.rule(others, depth + 1);
    return Optional.of(json.otherMember(names, value, schema.origin("additionalProperties")));
  }
}
