package io.streamweir.text.template.value;

import java.math.BigDecimal;
import java.math.BigInteger;

/** What integers, floats and booleans have in common. */
public final class Numbers {

  private Numbers() {}

  public static boolean isNumber(Object value) {
    return isInteger(value) || value instanceof FloatValue;
  }

  /** Whether the value counts as an integer, as booleans do. */
  public static boolean isInteger(Object value) {
    return value instanceof IntegerValue || value instanceof BooleanValue;
  }

  /** The value of an integer or boolean. */
  public static BigInteger integer(Value value) {
    if (value instanceof IntegerValue integer) {
      return integer.value();
    }
    if (value instanceof BooleanValue) {
      return value.truthy() ? BigInteger.ONE : BigInteger.ZERO;
    }
    throw TemplateFailure.type(
        "'" + value.typeName() + "' object cannot be interpreted as an integer");
  }

  /** An integer used as an index, count or width; huge ones become the nearest int. */
  public static int index(Value value) {
    BigInteger integer = integer(value);
    if (integer.bitLength() < Integer.SIZE) {
      return integer.intValue();
    }
    return integer.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
  }

  public static double real(Value value) {
    return value instanceof FloatValue real ? real.value() : integer(value).doubleValue();
  }

  /** Compares two numbers, neither of them NaN, without rounding. */
  static int compare(Value left, Value right) {
    if (isInteger(left) && isInteger(right)) {
      return integer(left).compareTo(integer(right));
    }
    double a = real(left);
    double b = real(right);
    if (Double.isInfinite(a) || Double.isInfinite(b)) {
      return Double.compare(a, b);
    }
    return exact(left).compareTo(exact(right));
  }

  static boolean isNan(Value value) {
    return value instanceof FloatValue real && Double.isNaN(real.value());
  }

  static boolean equal(Value left, Object right) {
    return right instanceof Value other
        && isNumber(other)
        && !isNan(left)
        && !isNan(other)
        && compare(left, other) == 0;
  }

  static int hash(Value value) {
    // Plus zero, so that -0.0 and 0.0 agree.
    return Double.hashCode(real(value) + 0.0);
  }

  private static BigDecimal exact(Value value) {
    return value instanceof FloatValue real
        ? new BigDecimal(real.value())
        : new BigDecimal(integer(value));
  }
}
