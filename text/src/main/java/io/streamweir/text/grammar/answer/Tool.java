package io.streamweir.text.grammar.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.Whitespace;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.rule.Grammar;
import io.streamweir.text.grammar.rule.Reference;
import io.streamweir.text.grammar.rule.Rule;
import io.streamweir.text.grammar.schema.JsonRules;
import io.streamweir.text.grammar.schema.SchemaBudget;
import io.streamweir.text.grammar.schema.SchemaCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A tool that may be called. Its schema is read once, however often its rules are asked for.
 *
 * <p>If it is strict, a schema that cannot be followed is an error; else any object will do. A
 * schema that costs more than is left is an error for both.
 */
final class Tool {
  private final String name;
  private final boolean strict;
  private final Optional<ObjectNode> parameters;
  private final SchemaBudget budget;
  private final List<Reference> references = new ArrayList<>();
  private Optional<SchemaCompiler> compiler;
  private Rule arguments;

  private Tool(String name, boolean strict, Optional<ObjectNode> parameters, SchemaBudget budget) {
    this.name = name;
    this.strict = strict;
    this.parameters = parameters;
    this.budget = budget;
  }

  /**
   * Reads a function, as the array {@code tools} has it.
   *
   * @param budget for the schemas of all tools
   */
  static Tool of(JsonNode function, SchemaBudget budget) {
    JsonNode parameters = function.path("parameters");
    return new Tool(
        function.path("name").asText(),
        function.path("strict").asBoolean(),
        parameters instanceof ObjectNode schema ? Optional.of(typed(schema)) : Optional.empty(),
        budget);
  }

  private static ObjectNode typed(ObjectNode schema) {
    if (schema.has("type") || schema.has("$ref")) {
      return schema;
    }
    ObjectNode typed = schema.objectNode();
    typed.setAll(schema);
    return typed.put("type", "object");
  }

  String name() {
    return name;
  }

  boolean strict() {
    return strict;
  }

  /** The schema of its arguments; empty if it takes none. */
  Optional<ObjectNode> parameters() {
    return parameters;
  }

  /** What the rules made so far refer to. */
  List<Reference> references() {
    return references;
  }

  /**
   * The object of the arguments.
   *
   * @throws ConstraintException if the schema cannot be followed and has to be
   */
  Rule arguments() {
    if (arguments == null) {
      arguments =
          parameters.isEmpty()
              ? Texts.exactly("{}")
              : rule(SchemaCompiler::document)
                  .orElseGet(() -> JsonRules.of(Whitespace.FLEXIBLE).anyObject());
    }
    return arguments;
  }

  /**
   * The value of one argument; empty if its schema cannot be followed and need not be.
   *
   * @throws ConstraintException if it cannot be followed and has to be
   */
  Optional<Rule> argument(String property) {
    return rule(schemas -> schemas.property(property));
  }

  /**
   * Counts a part of its schema that becomes rules without being translated.
   *
   * @throws ConstraintException if the budget is spent
   */
  void spendPart(String place) {
    orRefuse(
        () -> {
          budget.spendParts(1, new Origin("schema", place));
          return place;
        });
  }

  private Optional<Rule> rule(Function<SchemaCompiler, Grammar> part) {
    if (compiler == null) {
      compiler = orRefuse(this::compiler);
    }
    return compiler.flatMap(schemas -> orRefuse(() -> part.apply(schemas))).map(this::root);
  }

  private SchemaCompiler compiler() {
    return SchemaCompiler.of(parameters.orElseThrow().toString(), Whitespace.FLEXIBLE, budget);
  }

  private Rule root(Grammar grammar) {
    references.addAll(grammar.references());
    return grammar.root();
  }

  private <T> Optional<T> orRefuse(Supplier<T> work) {
    try {
      return Optional.of(work.get());
    } catch (ConstraintException e) {
      if (strict || budget.exhausted()) {
        String kind = strict ? "strict tool " : "tool ";
        throw new ConstraintException(
            e.keyword(), e.place() + " in the parameters of the " + kind + name, e.reason());
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
