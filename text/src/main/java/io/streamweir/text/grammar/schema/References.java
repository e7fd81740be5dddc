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
  private final List<SchemaNode> targets = new ArrayList<>();

  /** So many of the targets belong to grammars that were made. */
  private int kept;

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
    targets.add(target);
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

  /**
   * Translates all targets that are not kept, also those that turn up meanwhile.
   *
   * @return what stands for them
   */
  List<Reference> defineAll(Function<SchemaNode, Rule> translation) {
    List<Reference> defined = new ArrayList<>();
    for (int i = kept; i < targets.size(); i++) {
      SchemaNode target = targets.get(i);
      Reference reference = byTarget.get(target.pointer());
      reference.define(translation.apply(target));
      defined.add(reference);
    }
    return defined;
  }

  /** Keeps the targets for the next grammar of the document. */
  void keep() {
    kept = targets.size();
  }

  /** Forgets the targets that are not kept: the grammar that they were for could not be made. */
  void forget() {
    List<SchemaNode> open = targets.subList(kept, targets.size());
    open.forEach(target -> byTarget.remove(target.pointer()));
    open.clear();
  }
}
