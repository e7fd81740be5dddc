package io.streamweir.text.grammar.regex;

/** One language after the other; the first is no concatenation itself. */
final class Concat extends Regex {
  private final Regex first;
  private final Regex second;

  Concat(Regex first, Regex second) {
    super(
        first.hashCode() * 31 + second.hashCode() + 5,
        1L + first.size() + second.size(),
        first.nullable() && second.nullable(),
        first.mayBeEmpty() || second.mayBeEmpty());
    this.first = first;
    this.second = second;
  }

  Regex first() {
    return first;
  }

  Regex second() {
    return second;
  }

  @Override
  Regex derive(int b) {
    Regex rest = concat(first.derive(b), second);
    return first.nullable() ? union(rest, second.derive(b)) : rest;
  }

  @Override
  void splitHeads(ByteClasses classes) {
    first.splitHeads(classes);
    if (first.nullable()) {
      second.splitHeads(classes);
    }
  }

  @Override
  boolean isFinite() {
    return first.isFinite() && second.isFinite();
  }

  @Override
  boolean takesAnyText() {
    return first.takesAnyText() && !second.mayBeEmpty();
  }

  @Override
  boolean sameParts(Regex other) {
    Concat concat = (Concat) other;
    return first.equals(concat.first) && second.equals(concat.second);
  }
}
