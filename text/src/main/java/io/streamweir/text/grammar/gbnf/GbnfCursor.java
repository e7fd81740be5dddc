package io.streamweir.text.grammar.gbnf;

import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.regex.Origin;

/** Reads the text of a grammar character by character and knows the line. */
final class GbnfCursor {
  static final int END = -1;

  private final int[] characters;
  private int position;
  private int line = 1;

  GbnfCursor(String text) {
    this.characters = text.codePoints().toArray();
  }

  int peek() {
    return position < characters.length ? characters[position] : END;
  }

  int next() {
    if (position == characters.length) {
      throw refuse("the grammar ends in the middle of something");
    }
    int c = characters[position++];
    if (c == '\n') {
      line++;
    }
    return c;
  }

  boolean skip(String expected) {
    for (int i = 0; i < expected.length(); i++) {
      int index = position + i;
      if (index >= characters.length || characters[index] != expected.charAt(i)) {
        return false;
      }
    }
    position += expected.length();
    return true;
  }

  /** Skips spaces and comments, and line breaks where the rule goes on after them. */
  void skipSpace(boolean lineBreaks) {
    while (true) {
      int c = peek();
      if (c == '#') {
        while (peek() != '\n' && peek() != END) {
          next();
        }
      } else if (c == ' ' || c == '\t' || lineBreaks && (c == '\n' || c == '\r')) {
        next();
      } else {
        return;
      }
    }
  }

  String name() {
    StringBuilder name = new StringBuilder();
    while (isNamePart(peek())) {
      name.appendCodePoint(next());
    }
    if (name.isEmpty()) {
      throw refuse("a name of letters, digits, '-' and '_' is expected");
    }
    return name.toString();
  }

  static boolean isNamePart(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '-'
        || c == '_';
  }

  int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(next(), 16);
      if (digit < 0) {
        throw refuse("%d hexadecimal digits are expected".formatted(digits));
      }
      value = value * 16 + digit;
    }
    return value;
  }

  int line() {
    return line;
  }

  ConstraintException refuse(String reason) {
    return new Origin("grammar", "line " + line).refuse(reason);
  }
}
