package io.streamweir.text.grammar;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What the text of an answer has to look like. Compared by content. */
public sealed interface OutputFormat {

  /** Length of its text in characters. */
  long characters();

  /** Any JSON object. */
  record JsonObject(Whitespace whitespace) implements OutputFormat {
    public JsonObject {
      requireNonNull(whitespace, "whitespace is null");
    }

    @Override
    public long characters() {
      return 0;
    }
  }

  /**
   * A JSON document that is valid against a schema, with the properties of each object in the order
   * in which the schema lists them.
   *
   * @param schema the JSON text of a schema of draft 2020-12
   */
  record JsonSchema(String schema, Whitespace whitespace) implements OutputFormat {
    public JsonSchema {
      requireNonNull(schema, "schema is null");
      requireNonNull(whitespace, "whitespace is null");
    }

    @Override
    public long characters() {
      return schema.length();
    }
  }

  /** Exactly one of the texts. */
  record Choice(List<String> texts) implements OutputFormat {
    public Choice {
      texts = List.copyOf(texts);
    }

    @Override
    public long characters() {
      return texts.stream().mapToLong(String::length).sum();
    }
  }

  /** A text that matches the pattern as a whole. */
  record RegularExpression(String pattern) implements OutputFormat {
    public RegularExpression {
      requireNonNull(pattern, "pattern is null");
    }

    @Override
    public long characters() {
      return pattern.length();
    }
  }

  /** A text of the grammar, written in GBNF; its start is the rule {@code root}. */
  record Gbnf(String grammar) implements OutputFormat {
    public Gbnf {
      requireNonNull(grammar, "grammar is null");
    }

    @Override
    public long characters() {
      return grammar.length();
    }
  }

  /** A whole answer, reasoning and tool calls included: an {@link AnswerFormat} as JSON. */
  record Answer(String json) implements OutputFormat {
    public Answer {
      requireNonNull(json, "json is null");
    }

    @Override
    public long characters() {
      return json.length();
    }
  }
}
