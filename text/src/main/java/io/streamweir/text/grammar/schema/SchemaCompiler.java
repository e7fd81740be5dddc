package io.streamweir.text.grammar.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.Whitespace;
import io.streamweir.text.grammar.automaton.Automaton;
import io.streamweir.text.grammar.automaton.Config;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Work;
import io.streamweir.text.grammar.rule.Choice;
import io.streamweir.text.grammar.rule.Grammar;
import io.streamweir.text.grammar.rule.Lexeme;
import io.streamweir.text.grammar.rule.Loop;
import io.streamweir.text.grammar.rule.Reference;
import io.streamweir.text.grammar.rule.Rule;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Translates a JSON Schema into a grammar of the documents that are valid against it.
 *
 * <p>What the grammar allows is always valid. Not every way to write a valid document is allowed:
 * properties come in the order of the schema, numbers with bounds without exponent, strings with a
 * pattern without needless escapes.
 */
public final class SchemaCompiler {
  private static final String ROOT = "#";
  private static final int MAX_DEPTH = 100;

  /** For one given value that is checked against the keywords beside it. */
  private static final long VALUE_WORK = 1_000_000;

  /** An automaton that has grown larger is made anew, in kilobytes. */
  private static final long MAX_CHECK_KB = 8_000;

  /** So many given values count as one part of a schema, ... */
  private static final int VALUES_PER_PART = 10;

  /** ... and so many of their characters, if that makes more. */
  private static final int CHARACTERS_PER_PART = 100;

  private static final Set<String> COMBINING = Set.of("allOf", "anyOf", "oneOf");
  private static final Set<String> VALUES = Set.of("enum", "const");

  private final JsonRules json;
  private final References references;
  private final ObjectSchemas objects;
  private final SchemaBudget budget;

  private SchemaCompiler(JsonNode document, Whitespace whitespace, SchemaBudget budget) {
    this.json = JsonRules.of(whitespace);
    this.references = new References(document);
    this.objects = new ObjectSchemas(json, this::rule);
    this.budget = budget;
  }

  /**
   * A compiler for the schemas of one document.
   *
   * @param budget of the answer, for all that is compiled
   * @throws ConstraintException if the document is no JSON, too long or of another dialect
   */
  public static SchemaCompiler of(String document, Whitespace whitespace, SchemaBudget budget) {
    JsonNode json = SchemaText.parse(document);
    Keywords.checkDialect(new SchemaNode(json, ROOT));
    return new SchemaCompiler(json, whitespace, budget);
  }

  /**
   * The grammar of the whole document.
   *
   * @throws ConstraintException if the schema is broken, too large, cannot be fulfilled or uses
   *     what is not supported
   */
  public Grammar document() {
    return grammar(new SchemaNode(references.document(), ROOT));
  }

  /**
   * The grammar of a property of the document. It refers to what the properties before it have in
   * common with it.
   *
   * @throws ConstraintException as above
   */
  public Grammar property(String name) {
    return grammar(new SchemaNode(references.document(), ROOT).child("properties").child(name));
  }

  private Grammar grammar(SchemaNode schema) {
    try {
      Rule root = rule(schema, 0);
      List<Reference> defined = references.defineAll(target -> rule(target, 0));
      Grammar grammar = new Grammar(root, defined, new Origin("schema", schema.pointer()));
      references.keep();
      return grammar;
    } catch (ConstraintException e) {
      references.forget();
      throw e;
    }
  }

  private Rule rule(SchemaNode schema, int depth) {
    budget.spendParts(1, new Origin("schema", schema.pointer()));
    if (depth > MAX_DEPTH) {
      throw new Origin("schema", schema.pointer())
          .refuse("the schema is deeper than %d levels".formatted(MAX_DEPTH));
    }
    if (schema.json().isBoolean()) {
      return schema.json().asBoolean() ? json.anyValue() : nothing(schema, "false");
    }
    if (!schema.json().isObject()) {
      throw new Origin("schema", schema.pointer()).refuse("must be an object or a boolean");
    }
    Keywords.check(schema);
    if (schema.has("$ref")) {
      return reference(schema, depth);
    }
    if (schema.has("allOf")) {
      return rule(conjunction(schema), depth + 1);
    }
    if (schema.has("anyOf") || schema.has("oneOf")) {
      return alternatives(schema, depth);
    }
    return schema.has("enum") || schema.has("const") ? values(schema) : typed(schema, depth);
  }

  private Rule reference(SchemaNode schema, int depth) {
    SchemaNode rest = schema.without(Set.of("$ref"));
    if (restrictsNothing(rest)) {
      return references.to(schema);
    }
    return rule(Conjunction.of(rest, references.target(schema)), depth + 1);
  }

  private static boolean restrictsNothing(SchemaNode schema) {
    return schema.json().properties().stream().allMatch(e -> Keywords.describes(e.getKey()));
  }

  private SchemaNode conjunction(SchemaNode schema) {
    SchemaNode all = schema.without(Set.of("allOf"));
    for (SchemaNode part : schema.children("allOf")) {
      all = Conjunction.of(all, references.resolved(part));
    }
    return new SchemaNode(all.json(), schema.pointer());
  }

  private Rule alternatives(SchemaNode schema, int depth) {
    String keyword = schema.has("anyOf") ? "anyOf" : "oneOf";
    SchemaNode rest = schema.without(COMBINING);
    if (schema.has("anyOf") && schema.has("oneOf")) {
      throw schema.refuse("oneOf", "beside anyOf is not supported; write one of the two");
    }
    List<SchemaNode> parts = schema.children(keyword);
    if (keyword.equals("oneOf")
        && !Alternatives.exclusive(parts.stream().map(references::resolved).toList())) {
      throw schema.refuse(
          "oneOf",
          "the alternatives do not exclude each other by their types or by a required property with"
              + " different constant values; use anyOf, or add such a property");
    }
    List<Rule> rules = new ArrayList<>();
    for (SchemaNode part : parts) {
      boolean alone = restrictsNothing(rest);
      rules.add(rule(alone ? part : Conjunction.of(rest, references.resolved(part)), depth + 1));
    }
    return new Choice(rules);
  }

  /** The given values that the other keywords of the schema allow. */
  private Rule values(SchemaNode schema) {
    List<JsonNode> values = new ArrayList<>();
    if (schema.has("const")) {
      values.add(schema.get("const"));
    } else {
      if (!schema.get("enum").isArray()) {
        throw schema.refuse("enum", "must be an array");
      }
      schema.get("enum").forEach(values::add);
    }
    budget.spendParts(parts(values), schema.origin(schema.has("const") ? "const" : "enum"));
    Set<String> types = Types.of(schema);
    values.removeIf(value -> !Types.allow(types, value));
    if (schema.has("const") && schema.has("enum")) {
      values.removeIf(value -> !contains(schema.get("enum"), value));
    }
    SchemaNode others = schema.without(VALUES);
    if (!restrictsNothing(others.without(Set.of("type")))) {
      keepValid(values, others);
    }
    return new Literals(json, schema.origin(schema.has("const") ? "const" : "enum")).rule(values);
  }

  private static int parts(List<JsonNode> values) {
    int characters = values.stream().mapToInt(value -> value.toString().length()).sum();
    return Math.max(values.size() / VALUES_PER_PART, characters / CHARACTERS_PER_PART);
  }

  private static boolean contains(JsonNode array, JsonNode value) {
    for (JsonNode item : array) {
      if (item.equals(value)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Keeps the values that a grammar of the schema has as texts. Null, which needs no grammar, is
   * put beside the schema because one that nothing fulfils makes no grammar of its own.
   */
  private void keepValid(List<JsonNode> values, SchemaNode schema) {
    SchemaCompiler compiler = new SchemaCompiler(references.document(), Whitespace.COMPACT, budget);
    Origin origin = new Origin("schema", schema.pointer());
    Rule rule = compiler.rule(schema, 0);
    List<Reference> defined = compiler.references.defineAll(target -> compiler.rule(target, 0));
    Grammar grammar = new Grammar(new Choice(List.of(rule, json.nullValue())), defined, origin);
    Work work = new Work(VALUE_WORK);
    Automaton automaton = new Automaton(grammar, work, origin);
    boolean nullAllowed = Types.of(schema).contains("null");
    for (Iterator<JsonNode> left = values.iterator(); left.hasNext(); ) {
      JsonNode value = left.next();
      if (value.isNull() ? !nullAllowed : !hasText(automaton, value.toString())) {
        left.remove();
      }
      budget.spendValuesWork(work.spent(), schema.origin("enum"));
      work.restart();
      if (automaton.weight() > MAX_CHECK_KB) {
        automaton = new Automaton(grammar, work, origin);
      }
    }
  }

  private static boolean hasText(Automaton automaton, String text) {
    Config config = automaton.start();
    for (byte b : text.getBytes(UTF_8)) {
      config = automaton.step(config, b & 0xff);
    }
    return config.canEnd();
  }

  private Rule typed(SchemaNode schema, int depth) {
    List<Rule> rules = new ArrayList<>();
    if (restrictsNothing(schema)) {
      return json.anyValue();
    }
    for (String type : Types.of(schema)) {
      rules.add(
          switch (type) {
            case "object" -> objects.rule(schema, depth);
            case "array" -> array(schema, depth);
            case "string" -> StringSchemas.rule(schema, json);
            case "number" -> NumberSchemas.rule(schema, json, false);
            case "integer" -> NumberSchemas.rule(schema, json, true);
            case "boolean" -> json.anyBoolean();
            default -> json.nullValue();
          });
    }
    return rules.size() == 1 ? rules.get(0) : new Choice(rules);
  }

  private Rule array(SchemaNode schema, int depth) {
    List<Rule> first = new ArrayList<>();
    if (schema.has("prefixItems")) {
      schema.children("prefixItems").forEach(item -> first.add(rule(item, depth + 1)));
    }
    Rule element = schema.has("items") ? rule(schema.child("items"), depth + 1) : json.anyValue();
    int min = schema.count("minItems").orElse(0);
    int max = schema.count("maxItems").orElse(Loop.UNBOUNDED);
    return max < min ? nothing(schema, "maxItems") : json.array(first, element, min, max);
  }

  private static Rule nothing(SchemaNode schema, String keyword) {
    return Lexeme.of(Regex.nothing(), schema.origin(keyword));
  }
}
