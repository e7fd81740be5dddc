package io.streamweir.text.grammar.regex;

/** An immutable set of byte values, 0 to 255. */
public record ByteSet(long bits0, long bits1, long bits2, long bits3) {
  static final ByteSet NONE = new ByteSet(0, 0, 0, 0);

  /** The bytes from {@code first} to {@code last}, both included. */
  public static ByteSet range(int first, int last) {
    long[] words = new long[4];
    for (int b = first; b <= last; b++) {
      words[b >> 6] |= 1L << b;
    }
    return new ByteSet(words[0], words[1], words[2], words[3]);
  }

  /** The bytes that are the characters of an ASCII text. */
  public static ByteSet of(String ascii) {
    ByteSet set = NONE;
    for (int i = 0; i < ascii.length(); i++) {
      set = set.or(range(ascii.charAt(i), ascii.charAt(i)));
    }
    return set;
  }

  public boolean contains(int b) {
    long word = b < 128 ? (b < 64 ? bits0 : bits1) : (b < 192 ? bits2 : bits3);
    return (word >>> (b & 63) & 1) != 0;
  }

  public ByteSet or(ByteSet other) {
    return new ByteSet(
        bits0 | other.bits0, bits1 | other.bits1, bits2 | other.bits2, bits3 | other.bits3);
  }

  boolean isEmpty() {
    return (bits0 | bits1 | bits2 | bits3) == 0;
  }
}
