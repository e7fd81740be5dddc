package io.streamweir.text.grammar.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Spelling;
import io.streamweir.text.grammar.rule.Loop;
import io.streamweir.text.grammar.rule.Rule;
import io.streamweir.text.grammar.rule.Sequence;
import io.streamweir.text.output.Markers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Calls as nested tags, with a tag for each argument in the order of the schema. Strings stand
 * there as they are, everything else as JSON.
 */
final class TaggedForm extends CallForm {
  private static final Set<String> DESCRIBES =
      Set.of("type", "title", "description", "default", "examples", "enum", "const");

  /** What stands around names and values; {@code %s} is the name. */
  enum Tags {
    QWEN3_CODER(
        "\n" + Markers.FUNCTION + "%s" + Markers.TAG_END + "\n",
        Markers.PARAMETER + "%s" + Markers.TAG_END + "\n",
        "\n" + Markers.PARAMETER_END + "\n",
        Markers.FUNCTION_END + "\n" + Markers.TOOL_CALL_END),
    GLM4(
        "%s\n",
        Markers.ARG_KEY + "%s" + Markers.ARG_KEY_END + "\n" + Markers.ARG_VALUE,
        Markers.ARG_VALUE_END + "\n",
        Markers.TOOL_CALL_END);

    private final String name;
    private final String key;
    private final String valueEnd;
    private final String end;

    Tags(String name, String key, String valueEnd, String end) {
      this.name = name;
      this.key = key;
      this.valueEnd = valueEnd;
      this.end = end;
    }
  }

  private final Tags tags;

  TaggedForm(Tags tags, List<Tool> tools, boolean parallel) {
    super(tools, parallel);
    this.tags = tags;
  }

  @Override
  String opening() {
    return Markers.TOOL_CALL;
  }

  @Override
  Rule afterOpening() {
    return repeated(anyTool(this::call), "\n" + Markers.TOOL_CALL);
  }

  private Rule call(Tool tool) {
    List<Rule> rules = new ArrayList<>();
    rules.add(Texts.exactly(tags.name.formatted(tool.name())));
    tool.parameters().ifPresent(schema -> addArguments(tool, schema, rules));
    rules.add(Texts.exactly(tags.end));
    return new Sequence(rules);
  }

  private void addArguments(Tool tool, ObjectNode schema, List<Rule> rules) {
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      tool.spendPart("#/properties/" + property.getKey());
      Rule argument =
          new Sequence(Texts.exactly(tags.key.formatted(property.getKey())), value(tool, property));
      boolean mayMiss = !required.contains(property.getKey());
      rules.add(mayMiss ? Loop.of(argument, 0, 1) : argument);
    }
  }

  /** The value and the tag behind it. */
  private Rule value(Tool tool, Map.Entry<String, JsonNode> property) {
    JsonNode schema = property.getValue();
    if (schema.path("type").asText().equals("string")) {
      return string(tool, property.getKey(), schema);
    }
    return tool.argument(property.getKey())
        .<Rule>map(rule -> new Sequence(rule, Texts.exactly(tags.valueEnd)))
        .orElseGet(() -> Texts.lexeme(Texts.upTo(tags.valueEnd)));
  }

  private Rule string(Tool tool, String name, JsonNode schema) {
    if (tool.strict()) {
      for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
        if (!DESCRIBES.contains(keyword.getKey())) {
          throw tool.refuse(
              keyword.getKey(),
              "#/properties/" + name,
              "strings stand as plain text in the calls of this model, where only enum and const"
                  + " are kept; leave it out, or strict");
        }
      }
    }
    List<String> values = new ArrayList<>();
    schema.path("enum").forEach(value -> values.add(value.asText()));
    if (schema.has("const")) {
      values.add(schema.path("const").asText());
    }
    if (values.isEmpty()) {
      return Texts.lexeme(Texts.upTo(tags.valueEnd));
    }
    Regex texts = Regex.texts(values.stream().map(Spelling.PLAIN::text).toList());
    return Texts.lexeme(Regex.concat(texts, Texts.literal(tags.valueEnd)));
  }
}
