package io.streamweir.text.grammar.regex;

import io.streamweir.text.grammar.ConstraintException;

/** Reads a pattern character by character. */
final class PatternCursor {
  static final int END = -1;

  private final int[] characters;
  private final Origin origin;
  private int position;

  PatternCursor(String pattern, Origin origin) {
    this.characters = pattern.codePoints().toArray();
    this.origin = origin;
  }

  int peek() {
    return peek(0);
  }

  int peek(int ahead) {
    int index = position + ahead;
    return index < characters.length ? characters[index] : END;
  }

  int next() {
    if (position == characters.length) {
      throw refuse("ends in the middle of something");
    }
    return characters[position++];
  }

  boolean skip(String expected) {
    for (int i = 0; i < expected.length(); i++) {
      if (peek(i) != expected.charAt(i)) {
        return false;
      }
    }
    position += expected.length();
    return true;
  }

  int position() {
    return position;
  }

  void reset(int earlier) {
    position = earlier;
  }

  /** A number in the given radix of exactly {@code digits} digits. */
  int number(int digits, int radix) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(next(), radix);
      if (digit < 0) {
        throw refuse("has a broken escape");
      }
      value = value * radix + digit;
    }
    return value;
  }

  ConstraintException refuse(String reason) {
    return origin.refuse("the pattern, at character " + (position + 1) + ", " + reason);
  }
}
