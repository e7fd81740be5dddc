package io.streamweir.text.grammar.schema;

import io.streamweir.text.grammar.regex.CodePoints;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Pattern;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Repeat;
import io.streamweir.text.grammar.regex.Spelling;
import io.streamweir.text.grammar.rule.Lexeme;
import io.streamweir.text.grammar.rule.Rule;
import java.util.ArrayList;
import java.util.List;

/** Strings with a length, a pattern or a format. */
final class StringSchemas {
  private StringSchemas() {}

  static Rule rule(SchemaNode schema, JsonRules json) {
    int min = schema.count("minLength").orElse(0);
    int max = schema.count("maxLength").orElse(Repeat.UNBOUNDED);
    if (max != Repeat.UNBOUNDED && max < min) {
      return Lexeme.of(Regex.nothing(), schema.origin("maxLength"));
    }
    boolean anyLength = min == 0 && max == Repeat.UNBOUNDED;
    List<Regex> contents = contents(schema);
    if (contents.isEmpty()) {
      return anyLength
          ? json.anyString()
          : Lexeme.of(JsonTexts.stringOfLength(min, max), origin(schema));
    }
    if (!anyLength) {
      contents.add(Regex.repeat(Spelling.JSON.of(CodePoints.ALL), min, max));
    }
    Regex content = Regex.intersection(contents.toArray(Regex[]::new));
    return Lexeme.of(JsonTexts.quoted(content), origin(schema));
  }

  private static List<Regex> contents(SchemaNode schema) {
    List<Regex> contents = new ArrayList<>();
    if (schema.has("pattern")) {
      contents.add(
          Pattern.search(text(schema, "pattern"), Spelling.JSON, schema.origin("pattern")));
    }
    if (schema.has("format")) {
      String format = text(schema, "format");
      String pattern =
          Formats.pattern(format)
              .orElseThrow(
                  () ->
                      schema.refuse(
                          "format",
                          "'%s' is not supported, only %s".formatted(format, Formats.names())));
      contents.add(Pattern.whole(pattern, Spelling.JSON, schema.origin("format")));
    }
    return contents;
  }

  private static String text(SchemaNode schema, String keyword) {
    if (!schema.get(keyword).isTextual()) {
      throw schema.refuse(keyword, "must be a string");
    }
    return schema.get(keyword).asText();
  }

  /** The keyword that makes the automaton large, if it is large. */
  private static Origin origin(SchemaNode schema) {
    for (String keyword : List.of("pattern", "format", "maxLength")) {
      if (schema.has(keyword)) {
        return schema.origin(keyword);
      }
    }
    return schema.origin("minLength");
  }
}
