package io.streamweir.text.grammar.schema;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.rule.Reference;
import io.streamweir.text.grammar.rule.Rule;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What {@code $ref} refers to within a document; each target is translated once. */
final class References {
  private static final int MAX_REFERENCES = 500;

  /** How many references may lead from one to the next before a schema. */
  private static final int MAX_CHAIN = 50;

  private final JsonNode document;
  private final Map<String, Reference> byTarget = new LinkedHashMap<>();
  private final List<SchemaNode> pending = new ArrayList<>();

  References(JsonNode document) {
    this.document = document;
  }

  JsonNode document() {
    return document;
  }

  /** Stands for the schema that a schema refers to. */
  Reference to(SchemaNode schema) {
    SchemaNode target = target(schema);
    Reference known = byTarget.get(target.pointer());
    if (known != null) {
      return known;
    }
    if (byTarget.size() == MAX_REFERENCES) {
      throw schema.refuse(
          "$ref", "more than %d different targets are not supported".formatted(MAX_REFERENCES));
    }
    Reference made = new Reference(new Origin("$ref", target.pointer()));
    byTarget.put(target.pointer(), made);
    pending.add(target);
    return made;
  }

  /** The schema that a schema refers to. */
  SchemaNode target(SchemaNode schema) {
    JsonNode ref = schema.get("$ref");
    String text = ref.asText();
    if (!ref.isTextual() || !text.equals("#") && !text.startsWith("#/")) {
      throw schema.refuse(
          "$ref", "'" + text + "' is not supported, only '#' and '#/...' within the document");
    }
    JsonNode target = document.at(pointer(schema, text.substring(1)));
    if (target.isMissingNode()) {
      throw schema.refuse("$ref", "there is nothing at '" + text + "'");
    }
    return new SchemaNode(target, text);
  }

  private static JsonPointer pointer(SchemaNode schema, String fragment) {
    try {
      String decoded = URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
      return JsonPointer.compile(decoded);
    } catch (IllegalArgumentException e) {
      throw schema.refuse("$ref", "'#" + fragment + "' is no JSON pointer");
    }
  }

  /** The schema itself, or what it refers to if it is nothing but a reference. */
  SchemaNode resolved(SchemaNode schema) {
    SchemaNode current = schema;
    for (int i = 0; i < MAX_CHAIN; i++) {
      if (!current.has("$ref")) {
        return current;
      }
      SchemaNode rest = current.without(Set.of("$ref"));
      current = Conjunction.of(rest, target(current));
    }
    throw schema.refuse("$ref", "leads from reference to reference without end");
  }

  /** Translates all targets, also those that turn up meanwhile. */
  List<Reference> defineAll(Function<SchemaNode, Rule> translation) {
    for (int i = 0; i < pending.size(); i++) {
      SchemaNode target = pending.get(i);
      byTarget.get(target.pointer()).define(translation.apply(target));
    }
    return List.copyOf(byTarget.values());
  }
}
