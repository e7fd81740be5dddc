package io.streamweir.text.grammar.regex;

import java.util.Map;

/** What follows a backslash in a pattern and stands for characters. */
final class CharacterEscapes {
  private static final CodePoints DIGITS = CodePoints.range('0', '9');
  private static final CodePoints WORD =
      DIGITS.or(CodePoints.range('a', 'z')).or(CodePoints.range('A', 'Z')).or(CodePoints.of("_"));
  private static final CodePoints SPACE =
      CodePoints.of("\t\n\u000b\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff")
          .or(CodePoints.range(0x2000, 0x200a));

  private static final Map<Integer, CodePoints> CLASSES =
      Map.of(
          (int) 'd',
          DIGITS,
          (int) 'D',
          DIGITS.not(),
          (int) 'w',
          WORD,
          (int) 'W',
          WORD.not(),
          (int) 's',
          SPACE,
          (int) 'S',
          SPACE.not());

  private static final String CONTROL_LETTERS = "tnrfv0";
  private static final String CONTROLS = "\t\n\r\f\u000b\0";

  private CharacterEscapes() {}

  /** Reads the escape after its backslash. */
  static CodePoints read(PatternCursor cursor) {
    int letter = cursor.next();
    CodePoints known = CLASSES.get(letter);
    if (known != null) {
      return known;
    }
    int control = CONTROL_LETTERS.indexOf(letter);
    if (control >= 0 && !(letter == '0' && Character.isDigit(cursor.peek()))) {
      return single(CONTROLS.charAt(control));
    }
    return switch (letter) {
      case 'x' -> single(cursor.number(2, 16));
      case 'u' -> unicode(cursor);
      case 'p' -> category(cursor);
      case 'P' -> category(cursor).not();
      default -> itself(letter, cursor);
    };
  }

  private static CodePoints itself(int letter, PatternCursor cursor) {
    if (letter < 128 && Character.isLetterOrDigit(letter)) {
      throw cursor.refuse(
          "has \\"
              + (char) letter
              + ", which is not supported (no back references, no word boundaries, no \\A or \\Z)");
    }
    return single(letter);
  }

  private static CodePoints unicode(PatternCursor cursor) {
    if (cursor.skip("{")) {
      int value = 0;
      while (!cursor.skip("}")) {
        value = value * 16 + cursor.number(1, 16);
        if (value > Character.MAX_CODE_POINT) {
          throw cursor.refuse("has an escape beyond Unicode");
        }
      }
      return checked(value, cursor);
    }
    int unit = cursor.number(4, 16);
    if (Character.isHighSurrogate((char) unit) && cursor.skip("\\u")) {
      int low = cursor.number(4, 16);
      if (Character.isLowSurrogate((char) low)) {
        return single(Character.toCodePoint((char) unit, (char) low));
      }
      throw cursor.refuse("has half a surrogate pair");
    }
    return checked(unit, cursor);
  }

  private static CodePoints checked(int character, PatternCursor cursor) {
    CodePoints set = single(character);
    if (set.isEmpty()) {
      throw cursor.refuse("has half a surrogate pair");
    }
    return set;
  }

  private static CodePoints category(PatternCursor cursor) {
    if (!cursor.skip("{")) {
      throw cursor.refuse("has \\p without braces");
    }
    StringBuilder name = new StringBuilder();
    while (!cursor.skip("}")) {
      name.appendCodePoint(cursor.next());
    }
    CodePoints category = CodePoints.ofCategory(name.toString());
    if (category.isEmpty()) {
      throw cursor.refuse(
          "has \\p{" + name + "}; only general categories such as L, Lu or Nd are supported");
    }
    return category;
  }

  private static CodePoints single(int character) {
    return CodePoints.range(character, character);
  }
}
