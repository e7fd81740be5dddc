package io.streamweir.text.grammar.regex;

/** All byte strings that do not belong to a language. */
final class Complement extends Regex {
  private final Regex part;

  Complement(Regex part) {
    super(part.hashCode() * 31 + 13, 1L + part.size(), !part.nullable(), true);
    this.part = part;
  }

  Regex part() {
    return part;
  }

  @Override
  Regex derive(int b) {
    return complement(part.derive(b));
  }

  @Override
  void splitHeads(ByteClasses classes) {
    part.splitHeads(classes);
  }

  @Override
  boolean sameParts(Regex other) {
    return part.equals(((Complement) other).part);
  }
}
