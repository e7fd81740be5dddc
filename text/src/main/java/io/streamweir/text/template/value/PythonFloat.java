package io.streamweir.text.template.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Python's {@code repr} of a float: the fewest digits that read back as the same number. */
public final class PythonFloat {
  private static final int MOST_DIGITS = 17;

  /** Decimal exponents from here on are written as such. */
  private static final int LARGE = 16;

  private static final int SMALL = -4;

  private PythonFloat() {}

  public static String repr(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    String sign = Math.copySign(1, value) < 0 ? "-" : "";
    return sign + (value == 0 ? "0.0" : positive(Math.abs(value)));
  }

  private static String positive(double value) {
    BigDecimal shortest = shortest(value).stripTrailingZeros();
    String digits = shortest.unscaledValue().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    if (exponent >= LARGE || exponent < SMALL) {
      String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
      String exponentSign = exponent < 0 ? "-" : "+";
      return "%c%se%s%02d".formatted(digits.charAt(0), fraction, exponentSign, Math.abs(exponent));
    }
    String plain = shortest.toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  // Double.toString of Java 17 does not always give the fewest digits.
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int precision = 1; precision < MOST_DIGITS; precision++) {
      BigDecimal rounded = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        return rounded;
      }
    }
    return exact.round(new MathContext(MOST_DIGITS, RoundingMode.HALF_EVEN));
  }
}
