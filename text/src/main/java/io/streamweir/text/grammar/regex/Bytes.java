package io.streamweir.text.grammar.regex;

/** One byte of a set. */
final class Bytes extends Regex {
  private final ByteSet set;

  Bytes(ByteSet set) {
    super(set.hashCode() * 31 + 3, 1, false, false);
    this.set = set;
  }

  ByteSet set() {
    return set;
  }

  @Override
  Regex derive(int b) {
    return set.contains(b) ? empty() : nothing();
  }

  @Override
  void splitHeads(ByteClasses classes) {
    classes.split(set);
  }

  @Override
  boolean isFinite() {
    return true;
  }

  @Override
  boolean sameParts(Regex other) {
    return set.equals(((Bytes) other).set);
  }
}
