package io.streamweir.text.grammar.vocabulary;

/**
 * Tells plain tokens: those that consist of whole UTF-8 characters which a JSON string holds as
 * they are.
 */
final class PlainText {
  /** Longer plain tokens count as this long. */
  static final int LONG = 33;

  /** Not plain at all; larger than every length. */
  static final int NOT_PLAIN = 127;

  private PlainText() {}

  /** The number of characters, at most {@link #LONG}; or {@link #NOT_PLAIN}. */
  static int length(byte[] token) {
    int characters = 0;
    int i = 0;
    while (i < token.length) {
      int size = characterSize(token, i);
      if (size == 0) {
        return NOT_PLAIN;
      }
      i += size;
      characters++;
    }
    return characters == 0 ? NOT_PLAIN : Math.min(characters, LONG);
  }

  /** The size in bytes of the well-formed plain character at {@code i}; 0 if there is none. */
  private static int characterSize(byte[] token, int i) {
    int lead = token[i] & 0xff;
    if (lead < 0x80) {
      return lead >= 0x20 && lead != '"' && lead != '\\' ? 1 : 0;
    }
    int size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || i + size > token.length) {
      return 0;
    }
    for (int k = 1; k < size; k++) {
      if ((token[i + k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    int second = token[i + 1] & 0xff;
    boolean wellFormed =
        switch (lead) {
          case 0xe0 -> second >= 0xa0;
          case 0xed -> second <= 0x9f;
          case 0xf0 -> second >= 0x90;
          case 0xf4 -> second <= 0x8f;
          default -> true;
        };
    return wellFormed ? size : 0;
  }
}
