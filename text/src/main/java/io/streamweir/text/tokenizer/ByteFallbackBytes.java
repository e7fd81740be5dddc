package io.streamweir.text.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Vocabularies of the SentencePiece kind: U+2581 stands for a space, {@code <0x0A>} for a single
 * byte, everything else for itself.
 */
final class ByteFallbackBytes implements TokenBytes {
  private static final char SPACE_MARK = '\u2581';

  @Override
  public byte[] of(String token) {
    int value = byteValue(token);
    if (value >= 0) {
      return new byte[] {(byte) value};
    }
    return token.replace(SPACE_MARK, ' ').getBytes(UTF_8);
  }

  private static int byteValue(String token) {
    if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
      return -1;
    }
    int high = Character.digit(token.charAt(3), 16);
    int low = Character.digit(token.charAt(4), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
}
