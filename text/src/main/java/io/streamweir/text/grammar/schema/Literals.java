package io.streamweir.text.grammar.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Spelling;
import io.streamweir.text.grammar.rule.Choice;
import io.streamweir.text.grammar.rule.Lexeme;
import io.streamweir.text.grammar.rule.Rule;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Values that are given: {@code enum} and {@code const}. */
final class Literals {
  private final JsonRules json;
  private final Origin origin;

  Literals(JsonRules json, Origin origin) {
    this.json = json;
    this.origin = origin;
  }

  /** One of the values. */
  Rule rule(List<JsonNode> values) {
    List<Rule> alternatives = new ArrayList<>();
    List<byte[]> scalars = new ArrayList<>();
    for (JsonNode value : values) {
      if (value.isContainerNode()) {
        alternatives.add(container(value));
      } else {
        scalars.add(scalar(value));
      }
    }
    if (!scalars.isEmpty() || alternatives.isEmpty()) {
      alternatives.add(Lexeme.of(Regex.texts(scalars), origin));
    }
    return alternatives.size() == 1 ? alternatives.get(0) : new Choice(alternatives);
  }

  private Rule container(JsonNode value) {
    List<Rule> parts = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(item -> parts.add(rule(List.of(item))));
      Rule none = Lexeme.of(Regex.nothing(), origin);
      return json.array(parts, none, parts.size(), parts.size());
    }
    value
        .properties()
        .forEach(
            entry ->
                parts.add(json.member(entry.getKey(), rule(List.of(entry.getValue())), origin)));
    return json.object(parts, new BitSet(), Optional.empty());
  }

  private byte[] scalar(JsonNode value) {
    if (!value.isTextual()) {
      return value.toString().getBytes(UTF_8);
    }
    if (!Spelling.isSpellable(value.asText())) {
      throw origin.refuse("has half a surrogate pair");
    }
    ByteArrayOutputStream quoted = new ByteArrayOutputStream();
    quoted.write('"');
    quoted.writeBytes(Spelling.JSON.text(value.asText()));
    quoted.write('"');
    return quoted.toByteArray();
  }
}
