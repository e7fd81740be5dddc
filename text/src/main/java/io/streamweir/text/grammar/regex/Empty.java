package io.streamweir.text.grammar.regex;

/** The language of the empty text. */
final class Empty extends Regex {
  static final Empty INSTANCE = new Empty();

  private Empty() {
    super(2, 1, true, false);
  }

  @Override
  Regex derive(int b) {
    return nothing();
  }

  @Override
  void splitHeads(ByteClasses classes) {
    // All bytes lead to the same: nothing.
  }

  @Override
  boolean isFinite() {
    return true;
  }

  @Override
  boolean sameParts(Regex other) {
    return true;
  }
}
