package io.streamweir.text.grammar.schema;

import io.streamweir.text.grammar.regex.ByteSet;
import io.streamweir.text.grammar.regex.CodePoints;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Pattern;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Repeat;
import io.streamweir.text.grammar.regex.Spelling;

/** The terminals of JSON as regular languages (RFC 8259). */
final class JsonTexts {
  private static final Origin HERE = new Origin("json", "its own grammar");

  /**
   * One character of a string in any spelling. Surrogates only in pairs, so that the value is text.
   */
  static final Regex CHARACTER =
      Regex.union(
          Spelling.PLAIN.of(
              CodePoints.ALL.minus(CodePoints.range(0, 0x1f)).minus(CodePoints.of("\"\\"))),
          plain(
              "\\\\(?:[\"\\\\/bfnrt]"
                  + "|u[0-9a-ce-fA-CE-F][0-9a-fA-F]{3}"
                  + "|u[dD][0-7][0-9a-fA-F]{2}"
                  + "|u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2})"));

  static final Regex STRING = quoted(Regex.everything(CHARACTER));

  static final Regex INTEGER = plain("-?(?:0|[1-9][0-9]*)");

  static final Regex NUMBER = plain("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

  static final Regex DIGIT = Regex.bytes(ByteSet.range('0', '9'));

  private JsonTexts() {}

  /** What matches an ASCII pattern as a whole. */
  static Regex plain(String pattern) {
    return Pattern.whole(pattern, Spelling.PLAIN, HERE);
  }

  static Regex ascii(String text) {
    return Regex.text(Spelling.PLAIN.text(text));
  }

  static Regex quoted(Regex content) {
    return Regex.concat(ascii("\""), content, ascii("\""));
  }

  /** A string of so many characters, in any spelling. */
  static Regex stringOfLength(int min, int max) {
    return quoted(Regex.repeat(CHARACTER, min, max < 0 ? Repeat.UNBOUNDED : max));
  }

  /** This string, spelled as {@link Spelling#JSON} does. */
  static Regex string(String value) {
    return quoted(Regex.text(Spelling.JSON.text(value)));
  }
}
