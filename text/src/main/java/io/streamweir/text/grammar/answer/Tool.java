package io.streamweir.text.grammar.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.Whitespace;
import io.streamweir.text.grammar.rule.Grammar;
import io.streamweir.text.grammar.rule.Reference;
import io.streamweir.text.grammar.rule.Rule;
import io.streamweir.text.grammar.schema.JsonRules;
import io.streamweir.text.grammar.schema.SchemaCompiler;
import java.util.List;
import java.util.Optional;

/**
 * A tool that may be called.
 *
 * @param strict whether a schema that cannot be followed is an error; else any object will do
 * @param parameters the schema of its arguments; empty if it takes none
 */
record Tool(String name, boolean strict, Optional<ObjectNode> parameters) {

  /** Reads a function, as the array {@code tools} has it. */
  static Tool of(JsonNode function) {
    JsonNode parameters = function.path("parameters");
    return new Tool(
        function.path("name").asText(),
        function.path("strict").asBoolean(),
        parameters instanceof ObjectNode schema ? Optional.of(schema) : Optional.empty());
  }

  /**
   * The object of the arguments.
   *
   * @param references gets what the rule refers to
   * @throws ConstraintException if the tool is strict and its schema cannot be followed
   */
  Rule arguments(List<Reference> references) {
    if (parameters.isEmpty()) {
      return Texts.exactly("{}");
    }
    ObjectNode schema = parameters.get().deepCopy();
    if (!schema.has("type") && !schema.has("$ref")) {
      schema.put("type", "object");
    }
    return value(schema, references).orElseGet(() -> JsonRules.of(Whitespace.FLEXIBLE).anyObject());
  }

  /**
   * A value of a schema; empty if that cannot be followed and the tool is not strict.
   *
   * @throws ConstraintException if the tool is strict and the schema cannot be followed
   */
  Optional<Rule> value(JsonNode schema, List<Reference> references) {
    try {
      Grammar grammar = SchemaCompiler.compile(schema.toString(), Whitespace.FLEXIBLE);
      references.addAll(grammar.references());
      return Optional.of(grammar.root());
    } catch (ConstraintException e) {
      if (strict) {
        throw new ConstraintException(
            e.keyword(), e.place() + " in the parameters of the strict tool " + name, e.reason());
      }
      return Optional.empty();
    }
  }

  /** What a strict tool asks for and the form of the model's calls cannot keep. */
  ConstraintException refuse(String keyword, String place, String reason) {
    return new ConstraintException(
        keyword, place + " in the parameters of the tool " + name, reason);
  }
}
