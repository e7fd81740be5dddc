package io.streamweir.text.grammar.regex;

import java.util.Arrays;

/** One text. Its derivatives share the bytes. */
final class Text extends Regex {
  private final byte[] bytes;
  private final int from;

  Text(byte[] bytes, int from) {
    super(hash(bytes) * 31 + from, 1, false, false);
    this.bytes = bytes;
    this.from = from;
  }

  /** Not of all bytes: every derivative of a long text computes it. */
  private static int hash(byte[] bytes) {
    return Arrays.hashCode(Arrays.copyOf(bytes, Math.min(bytes.length, 16)));
  }

  @Override
  Regex derive(int b) {
    if ((bytes[from] & 0xff) != b) {
      return nothing();
    }
    return from + 1 == bytes.length ? empty() : new Text(bytes, from + 1);
  }

  @Override
  void splitHeads(ByteClasses classes) {
    int head = bytes[from] & 0xff;
    classes.split(ByteSet.range(head, head));
  }

  @Override
  boolean isFinite() {
    return true;
  }

  @Override
  boolean sameParts(Regex other) {
    Text text = (Text) other;
    return from == text.from && (bytes == text.bytes || Arrays.equals(bytes, text.bytes));
  }
}
