package io.streamweir.text.grammar.schema;

import io.streamweir.text.grammar.regex.Regex;
import java.math.BigDecimal;

/**
 * A number that is not negative, as decimal digits.
 *
 * @param whole the digits before the point
 * @param fraction the digits after it, the last one not zero
 */
record JsonMagnitude(String whole, String fraction) {

  static JsonMagnitude of(BigDecimal value) {
    String plain = value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    int point = plain.indexOf('.');
    return point < 0
        ? new JsonMagnitude(plain, "")
        : new JsonMagnitude(plain.substring(0, point), plain.substring(point + 1));
  }

  /** The texts of the numbers that are not smaller, or that are larger. */
  Regex orMore(boolean larger, boolean wholeOnly) {
    return wholeOnly
        ? DecimalTexts.integerAtLeast(whole, larger || !fraction.isEmpty())
        : DecimalTexts.atLeast(whole, fraction, larger);
  }

  /** The texts of the numbers that are not larger, or that are smaller. */
  Regex orLess(boolean smaller, boolean wholeOnly) {
    return wholeOnly
        ? DecimalTexts.integerAtMost(whole, smaller && fraction.isEmpty())
        : DecimalTexts.atMost(whole, fraction, smaller);
  }
}
