package io.streamweir.text.grammar.regex;

/**
 * The digits of a decimal number that is a multiple of {@code divisor / 10^scale}, with at most
 * {@code scale} digits after the point. Says nothing about leading zeros.
 */
final class MultipleOf extends Regex {
  private static final ByteSet DIGITS = ByteSet.range('0', '9');
  private static final ByteSet POINT = ByteSet.of(".");
  private static final int NO_POINT = -1;

  private final long divisor;
  private final int scale;
  private final long remainder;
  private final int fractionDigits;

  MultipleOf(long divisor, int scale) {
    this(divisor, scale, 0, NO_POINT);
  }

  private MultipleOf(long divisor, int scale, long remainder, int fractionDigits) {
    super(
        Long.hashCode(((divisor * 31 + scale) * 31 + remainder) * 31 + fractionDigits) + 19,
        1,
        divides(divisor, scale, remainder, fractionDigits),
        true);
    this.divisor = divisor;
    this.scale = scale;
    this.remainder = remainder;
    this.fractionDigits = fractionDigits;
  }

  /** Whether the value divides, with zeros for the digits after the point that are not written. */
  private static boolean divides(long divisor, int scale, long remainder, int fractionDigits) {
    if (fractionDigits == 0) {
      return false;
    }
    long scaled = remainder;
    for (int i = Math.max(fractionDigits, 0); i < scale; i++) {
      scaled = scaled * 10 % divisor;
    }
    return scaled == 0;
  }

  @Override
  Regex derive(int b) {
    if (b == '.') {
      return fractionDigits == NO_POINT && scale > 0
          ? new MultipleOf(divisor, scale, remainder, 0)
          : nothing();
    }
    if (b < '0' || b > '9' || fractionDigits == scale) {
      return nothing();
    }
    long next = (remainder * 10 + b - '0') % divisor;
    return new MultipleOf(
        divisor, scale, next, fractionDigits == NO_POINT ? NO_POINT : fractionDigits + 1);
  }

  @Override
  void splitHeads(ByteClasses classes) {
    classes.split(DIGITS);
    classes.split(POINT);
    for (int digit = '0'; digit <= '9'; digit++) {
      classes.split(ByteSet.range(digit, digit));
    }
  }

  @Override
  boolean sameParts(Regex other) {
    MultipleOf multiple = (MultipleOf) other;
    return divisor == multiple.divisor
        && scale == multiple.scale
        && remainder == multiple.remainder
        && fractionDigits == multiple.fractionDigits;
  }
}
