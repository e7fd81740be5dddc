package io.streamweir.models.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The byte to character table of byte-level BPE (GPT-2): printable Latin-1 bytes stand for
 * themselves, the other 68 for U+0100 onwards, so that every byte sequence is a string without
 * blanks or control characters.
 */
final class ByteLevel {
  private static final char[] TO_CHAR = new char[256];
  private static final byte[] TO_BYTE = new byte[0x100 + 68];

  static {
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      TO_CHAR[b] = printable ? (char) b : next++;
      TO_BYTE[TO_CHAR[b]] = (byte) b;
    }
  }

  private ByteLevel() {}

  /** The 256 characters in ascending order, the first entries of a vocabulary. */
  static List<String> alphabet() {
    List<String> alphabet = new ArrayList<>();
    for (char c : TO_CHAR) {
      alphabet.add(String.valueOf(c));
    }
    alphabet.sort(null);
    return alphabet;
  }

  /** One character for each UTF-8 byte of {@code text}. */
  static String encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder encoded = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      encoded.append(TO_CHAR[b & 0xFF]);
    }
    return encoded.toString();
  }

  /** The inverse of {@link #encode}; bytes that are no UTF-8 become U+FFFD. */
  static String decode(String encoded) {
    byte[] bytes = new byte[encoded.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = TO_BYTE[encoded.charAt(i)];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
