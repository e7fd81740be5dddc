package io.streamweir.text.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The GPT-2 alphabet: every byte is one printable character. Bytes that are printable in Latin-1
 * stand for themselves, the other 68 are the characters from U+0100 on, in ascending order.
 */
final class ByteLevelBytes implements TokenBytes {
  private static final int FIRST_SHIFTED = 0x100;
  private static final int ALPHABET_END = FIRST_SHIFTED + 68;
  private static final char[] CHAR_OF_BYTE = alphabet();
  private static final short[] BYTE_OF_CHAR = inverse(CHAR_OF_BYTE);

  @Override
  public byte[] of(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = token.charAt(i);
      if (c >= ALPHABET_END || BYTE_OF_CHAR[c] < 0) {
        return token.getBytes(UTF_8);
      }
      bytes[i] = (byte) BYTE_OF_CHAR[c];
    }
    return bytes;
  }

  /** The character that stands for a byte (0 to 255). */
  static char charOf(int unsignedByte) {
    return CHAR_OF_BYTE[unsignedByte];
  }

  private static char[] alphabet() {
    char[] chars = new char[256];
    char shifted = FIRST_SHIFTED;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      chars[b] = printable ? (char) b : shifted++;
    }
    return chars;
  }

  private static short[] inverse(char[] chars) {
    short[] bytes = new short[ALPHABET_END];
    Arrays.fill(bytes, (short) -1);
    for (int b = 0; b < chars.length; b++) {
      bytes[chars[b]] = (short) b;
    }
    return bytes;
  }
}
