package io.streamweir.text.grammar.regex;

/**
 * A language several times in a row. The count stays a number, so that {@code x{0,1000000}} costs
 * no more than {@code x}.
 */
public final class Repeat extends Regex {
  /** As a maximum: no limit. */
  public static final int UNBOUNDED = -1;

  private final Regex part;
  private final int min;
  private final int max;
  private final boolean universal;

  Repeat(Regex part, int min, int max, boolean universal) {
    super(
        ((part.hashCode() * 31 + min) * 31 + max) * 31 + 17,
        1L + part.size(),
        min == 0 || part.nullable(),
        part.mayBeEmpty());
    this.part = part;
    this.min = min;
    this.max = max;
    this.universal = universal;
  }

  /** Whether it is the language of all texts ({@link Regex#everything}). */
  boolean universal() {
    return universal;
  }

  boolean isStar() {
    return min == 0 && max < 0;
  }

  @Override
  Regex derive(int b) {
    Regex derivative = part.derive(b);
    return derivative == nothing() ? derivative : concat(derivative, afterOne());
  }

  private Regex afterOne() {
    return isStar() ? this : repeat(part, Math.max(min - 1, 0), max < 0 ? max : max - 1);
  }

  @Override
  void splitHeads(ByteClasses classes) {
    part.splitHeads(classes);
  }

  @Override
  boolean isFinite() {
    return max >= 0 && part.isFinite();
  }

  @Override
  boolean takesAnyText() {
    return universal;
  }

  @Override
  boolean sameParts(Regex other) {
    Repeat repeat = (Repeat) other;
    return min == repeat.min
        && max == repeat.max
        && universal == repeat.universal
        && part.equals(repeat.part);
  }
}
