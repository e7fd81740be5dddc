package io.streamweir.text.grammar.regex;

/** The language without any text. */
final class Nothing extends Regex {
  static final Nothing INSTANCE = new Nothing();

  private Nothing() {
    super(1, 1, false, false);
  }

  @Override
  Regex derive(int b) {
    return this;
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
