package io.streamweir.text.grammar.schema;

import io.streamweir.text.grammar.regex.ByteSet;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Repeat;

/**
 * Decimal numbers without sign and exponent that are at least or at most a bound, digit by digit.
 *
 * <p>A bound is given as its digits before and after the point, without superfluous zeros ("0" if
 * there is nothing before).
 */
final class DecimalTexts {
  private static final Regex DIGITS = Regex.star(JsonTexts.DIGIT);
  private static final Regex FRACTION = JsonTexts.plain("(?:\\.[0-9]+)?");

  private DecimalTexts() {}

  /** Whole numbers. */
  static Regex integerAtLeast(String bound, boolean more) {
    Regex longer = Regex.concat(digits('1', '9'), times(bound.length(), Repeat.UNBOUNDED));
    return Regex.union(sameLength(bound, 0, more ? Regex.nothing() : Regex.empty(), true), longer);
  }

  static Regex integerAtMost(String bound, boolean less) {
    Regex same = sameLength(bound, 0, less ? Regex.nothing() : Regex.empty(), false);
    if (bound.length() == 1) {
      return same;
    }
    Regex shorter =
        Regex.union(
            JsonTexts.ascii("0"), Regex.concat(digits('1', '9'), times(0, bound.length() - 2)));
    return Regex.union(same, shorter);
  }

  /**
   * Numbers of as many digits that are larger ({@code up}) or smaller, or else as {@code equal}.
   */
  private static Regex sameLength(String bound, int from, Regex equal, boolean up) {
    if (from == bound.length()) {
      return equal;
    }
    char digit = bound.charAt(from);
    char lowest = from == 0 && bound.length() > 1 ? '1' : '0';
    int rest = bound.length() - from - 1;
    Regex beyond = up ? digits((char) (digit + 1), '9') : digits(lowest, (char) (digit - 1));
    return Regex.union(
        Regex.concat(beyond, times(rest, rest)),
        Regex.concat(digits(digit, digit), sameLength(bound, from + 1, equal, up)));
  }

  /** Numbers with or without digits after the point. */
  static Regex atLeast(String whole, String fraction, boolean more) {
    return Regex.union(
        Regex.concat(integerAtLeast(whole, true), FRACTION),
        Regex.concat(JsonTexts.ascii(whole), fractionAtLeast(fraction, more)));
  }

  static Regex atMost(String whole, String fraction, boolean less) {
    return Regex.union(
        Regex.concat(integerAtMost(whole, true), FRACTION),
        Regex.concat(JsonTexts.ascii(whole), fractionAtMost(fraction, less)));
  }

  private static Regex fractionAtLeast(String fraction, boolean more) {
    Regex point = JsonTexts.ascii(".");
    if (!fraction.isEmpty()) {
      return Regex.concat(point, digitsAtLeast(fraction, 0, more));
    }
    return more ? Regex.concat(point, notAllZeros()) : FRACTION;
  }

  private static Regex fractionAtMost(String fraction, boolean less) {
    if (fraction.isEmpty()) {
      return less ? Regex.nothing() : JsonTexts.plain("(?:\\.0+)?");
    }
    return Regex.optional(Regex.concat(JsonTexts.ascii("."), digitsAtMost(fraction, 0, less)));
  }

  private static Regex digitsAtLeast(String bound, int from, boolean more) {
    if (from == bound.length()) {
      return more ? notAllZeros() : DIGITS;
    }
    char digit = bound.charAt(from);
    return Regex.union(
        Regex.concat(digits((char) (digit + 1), '9'), DIGITS),
        Regex.concat(digits(digit, digit), digitsAtLeast(bound, from + 1, more)));
  }

  private static Regex digitsAtMost(String bound, int from, boolean less) {
    char digit = bound.charAt(from);
    boolean last = from + 1 == bound.length();
    Regex rest =
        last
            ? (less ? Regex.nothing() : Regex.star(digits('0', '0')))
            : Regex.optional(digitsAtMost(bound, from + 1, less));
    return Regex.union(
        Regex.concat(digits('0', (char) (digit - 1)), DIGITS),
        Regex.concat(digits(digit, digit), rest));
  }

  private static Regex notAllZeros() {
    return Regex.concat(DIGITS, digits('1', '9'), DIGITS);
  }

  private static Regex digits(char first, char last) {
    return Regex.bytes(ByteSet.range(first, last));
  }

  private static Regex times(int min, int max) {
    return Regex.repeat(JsonTexts.DIGIT, min, max);
  }
}
