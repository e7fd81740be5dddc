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
  private static final int MAX_SCHEMAS = 20_000;
  private static final int MAX_DEPTH = 100;

  /** For one given value that is checked against the keywords beside it. */
  private static final long VALUE_WORK = 1_000_000;

  /** For all of them: about a quarter of a second. */
  private static final long ALL_VALUES_WORK = 25_000_000;

  /** An automaton that has grown larger is made anew, in kilobytes. */
  private static final long MAX_CHECK_KB = 8_000;

  /** So many given values count as one part of a schema. */
  private static final int VALUES_PER_PART = 10;

  private static final Set<String> COMBINING = Set.of("allOf", "anyOf", "oneOf");
  private static final Set<String> VALUES = Set.of("enum", "const");

  private final JsonRules json;
  private final References references;
  private final ObjectSchemas objects;
  private int schemas;
  private long valuesWork;

  private SchemaCompiler(JsonNode document, Whitespace whitespace) {
    this.json = JsonRules.of(whitespace);
    this.references = new References(document);
    this.objects = new ObjectSchemas(json, this::rule);
  }

  /**
   * The grammar of a schema.
   *
   * @throws ConstraintException if the schema is broken, too large, cannot be fulfilled or uses
   *     what is not supported
   */
  public static Grammar compile(String schema, Whitespace whitespace) {
    JsonNode document = SchemaText.parse(schema);
    SchemaNode root = new SchemaNode(document, "#");
    Keywords.checkDialect(root);
    return new SchemaCompiler(document, whitespace).grammar(root);
  }

  private Grammar grammar(SchemaNode schema) {
    Rule root = rule(schema, 0);
    List<Reference> defined = references.defineAll(target -> rule(target, 0));
    return new Grammar(root, defined, new Origin("schema", schema.pointer()));
  }

  private Rule rule(SchemaNode schema, int depth) {
    if (++schemas > MAX_SCHEMAS || depth > MAX_DEPTH) {
      throw new Origin("schema", schema.pointer())
          .refuse(
              "the schema is larger than %d parts or deeper than %d levels"
                  .formatted(MAX_SCHEMAS, MAX_DEPTH));
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
    schemas += values.size() / VALUES_PER_PART;
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
    SchemaCompiler compiler = new SchemaCompiler(references.document(), Whitespace.COMPACT);
    compiler.schemas = schemas;
    compiler.valuesWork = valuesWork;
    Origin origin = new Origin("schema", schema.pointer());
    Rule rule = compiler.rule(schema, 0);
    List<Reference> defined = compiler.references.defineAll(target -> compiler.rule(target, 0));
    schemas = compiler.schemas;
    valuesWork = compiler.valuesWork;
    Grammar grammar = new Grammar(new Choice(List.of(rule, json.nullValue())), defined, origin);
    Work work = new Work(VALUE_WORK);
    Automaton automaton = new Automaton(grammar, work, origin);
    boolean nullAllowed = Types.of(schema).contains("null");
    for (Iterator<JsonNode> left = values.iterator(); left.hasNext(); ) {
      JsonNode value = left.next();
      if (value.isNull() ? !nullAllowed : !hasText(automaton, value.toString())) {
        left.remove();
      }
      spend(work, schema);
      if (automaton.weight() > MAX_CHECK_KB) {
        automaton = new Automaton(grammar, work, origin);
      }
    }
  }

  private void spend(Work work, SchemaNode schema) {
    valuesWork += work.spent();
    work.restart();
    if (valuesWork > ALL_VALUES_WORK) {
      throw schema.refuse(
          "enum",
          "checking the given values against the other keywords takes too long; give fewer values,"
              + " or leave out what they fulfil anyway, such as a pattern");
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
