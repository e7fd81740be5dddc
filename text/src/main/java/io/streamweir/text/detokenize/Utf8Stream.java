package io.streamweir.text.detokenize;

/**
 * A UTF-8 decoder for bytes that come in pieces. Replaces invalid bytes as the WHATWG Encoding
 * Standard says, which is what tokenizer libraries do; Java's own decoder counts encoded surrogates
 * differently.
 */
final class Utf8Stream {
  private static final char REPLACEMENT = '\uFFFD';
  private static final int LOWEST = 0x80;
  private static final int HIGHEST = 0xBF;

  private int codePoint;
  private int missing;

  /** The range of the next byte: narrower after some first bytes, so that no form is overlong. */
  private int lower = LOWEST;

  private int upper = HIGHEST;

  /** The characters that are complete with these bytes; keeps the rest for later. */
  String append(byte[] bytes) {
    StringBuilder out = new StringBuilder(bytes.length);
    for (byte signed : bytes) {
      int b = signed & 0xFF;
      if (missing > 0 && (b < lower || b > upper)) {
        out.append(REPLACEMENT);
        missing = 0;
      }
      if (missing > 0) {
        continueWith(b, out);
      } else {
        startWith(b, out);
      }
    }
    return out.toString();
  }

  /** Whether the bytes so far end inside a character. */
  boolean insideCharacter() {
    return missing > 0;
  }

  /** What stands for a character whose rest never came. */
  String finish() {
    boolean incomplete = missing > 0;
    missing = 0;
    return incomplete ? String.valueOf(REPLACEMENT) : "";
  }

  private void startWith(int b, StringBuilder out) {
    lower = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : LOWEST;
    upper = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : HIGHEST;
    if (b < 0x80) {
      out.append((char) b);
    } else if (b >= 0xC2 && b <= 0xDF) {
      expect(1, b & 0x1F);
    } else if (b >= 0xE0 && b <= 0xEF) {
      expect(2, b & 0x0F);
    } else if (b >= 0xF0 && b <= 0xF4) {
      expect(3, b & 0x07);
    } else {
      out.append(REPLACEMENT);
    }
  }

  private void expect(int bytes, int firstBits) {
    missing = bytes;
    codePoint = firstBits;
  }

  private void continueWith(int b, StringBuilder out) {
    lower = LOWEST;
    upper = HIGHEST;
    codePoint = codePoint << 6 | b & 0x3F;
    missing--;
    if (missing == 0) {
      out.appendCodePoint(codePoint);
    }
  }
}
