package io.streamweir.text.grammar.answer;

import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Spelling;
import io.streamweir.text.grammar.rule.Lexeme;

/** Terminals that answers are made of. */
final class Texts {
  private static final Origin HERE = new Origin("answer", "its form");
  private static final int MOST_LINES = 4;

  private Texts() {}

  static Lexeme lexeme(Regex regex) {
    return Lexeme.of(regex, HERE);
  }

  /** This text only. */
  static Lexeme exactly(String text) {
    return lexeme(literal(text));
  }

  static Regex literal(String text) {
    return Regex.text(Spelling.PLAIN.text(text));
  }

  static Regex anything() {
    return Spelling.PLAIN.everything();
  }

  /** Any text in which the marker does not occur. */
  static Regex without(String marker) {
    return Regex.intersection(
        anything(), Regex.complement(Regex.concat(anything(), literal(marker), anything())));
  }

  /** Any text up to the first time that the marker occurs, and the marker. */
  static Regex upTo(String marker) {
    return Regex.concat(without(marker), literal(marker));
  }

  /** A few line ends, as models write them beside markers. */
  static Regex lines() {
    return Regex.repeat(literal("\n"), 0, MOST_LINES);
  }
}
