package io.streamweir.text.template.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** Arithmetic and order, as Python has them. */
public final class Operators {
  /** Integers beyond this many bits are refused: powers of powers would fill the memory. */
  private static final int MAX_BITS = 10_000;

  private static final int MAX_ELEMENTS = 1_000_000;

  private Operators() {}

  public static Value add(Value left, Value right) {
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return bothIntegers(left, right)
          ? integer(Numbers.integer(left).add(Numbers.integer(right)))
          : new FloatValue(Numbers.real(left) + Numbers.real(right));
    }
    requireDefined(left, right);
    if (left instanceof StringValue a) {
      if (right instanceof StringValue b) {
        return concatenate(a, b);
      }
      throw TemplateFailure.type(
          "can only concatenate str (not \"" + right.typeName() + "\") to str");
    }
    if (left instanceof SequenceValue a
        && right instanceof SequenceValue b
        && a.tuple() == b.tuple()) {
      List<Value> joined = new ArrayList<>(a.items());
      joined.addAll(b.items());
      return bounded(new SequenceValue(joined, a.tuple()));
    }
    throw unsupported("+", left, right);
  }

  /** Text of two strings; if one is markup, the other is escaped. */
  private static Value concatenate(StringValue left, StringValue right) {
    boolean markup = left.markup() || right.markup();
    StringValue joined =
        new TextBuilder()
            .append(markup ? StringOperations.escape(left) : left)
            .append(markup ? StringOperations.escape(right) : right)
            .toValue();
    return markup ? joined.asMarkup() : joined;
  }

  public static Value subtract(Value left, Value right) {
    requireNumbers("-", left, right);
    return bothIntegers(left, right)
        ? integer(Numbers.integer(left).subtract(Numbers.integer(right)))
        : new FloatValue(Numbers.real(left) - Numbers.real(right));
  }

  public static Value multiply(Value left, Value right) {
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return bothIntegers(left, right)
          ? integer(Numbers.integer(left).multiply(Numbers.integer(right)))
          : new FloatValue(Numbers.real(left) * Numbers.real(right));
    }
    requireDefined(left, right);
    if (Numbers.isInteger(right)) {
      return repeat(left, Numbers.index(right), right);
    }
    return Numbers.isInteger(left)
        ? repeat(right, Numbers.index(left), left)
        : fail("*", left, right);
  }

  private static Value repeat(Value value, int times, Value factor) {
    if (value instanceof StringValue string) {
      TextBuilder out = new TextBuilder();
      for (int i = 0; i < times && string.truthy(); i++) {
        out.append(string);
      }
      return out.toValue();
    }
    if (value instanceof SequenceValue sequence) {
      List<Value> items = new ArrayList<>();
      for (int i = 0; i < times && sequence.truthy(); i++) {
        items.addAll(sequence.items());
        requireFew(items.size());
      }
      return new SequenceValue(items, sequence.tuple());
    }
    return fail("*", value, factor);
  }

  public static Value divide(Value left, Value right) {
    requireNumbers("/", left, right);
    requireNotZero(right);
    if (bothIntegers(left, right) && !(exactAsDouble(left) && exactAsDouble(right))) {
      BigDecimal numerator = new BigDecimal(Numbers.integer(left));
      BigDecimal denominator = new BigDecimal(Numbers.integer(right));
      return new FloatValue(numerator.divide(denominator, MathContext.DECIMAL128).doubleValue());
    }
    return new FloatValue(Numbers.real(left) / Numbers.real(right));
  }

  public static Value floorDivide(Value left, Value right) {
    requireNumbers("//", left, right);
    requireNotZero(right);
    if (bothIntegers(left, right)) {
      BigInteger[] parts = Numbers.integer(left).divideAndRemainder(Numbers.integer(right));
      boolean down = parts[1].signum() != 0 && parts[1].signum() != Numbers.integer(right).signum();
      return integer(down ? parts[0].subtract(BigInteger.ONE) : parts[0]);
    }
    return new FloatValue(Math.floor(Numbers.real(left) / Numbers.real(right)));
  }

  public static Value modulo(Value left, Value right) {
    if (left instanceof StringValue format) {
      return StringFormat.percent(format, right);
    }
    requireNumbers("%", left, right);
    requireNotZero(right);
    if (bothIntegers(left, right)) {
      BigInteger divisor = Numbers.integer(right);
      BigInteger rest = Numbers.integer(left).mod(divisor.abs());
      return integer(divisor.signum() < 0 && rest.signum() != 0 ? rest.add(divisor) : rest);
    }
    double divisor = Numbers.real(right);
    double rest = Numbers.real(left) % divisor;
    return new FloatValue(rest != 0 && rest < 0 != divisor < 0 ? rest + divisor : rest);
  }

  public static Value power(Value left, Value right) {
    requireNumbers("**", left, right);
    if (bothIntegers(left, right) && Numbers.integer(right).signum() >= 0) {
      long bits = (long) Numbers.integer(left).bitLength() * Numbers.index(right);
      if (bits > MAX_BITS) {
        throw TemplateFailure.limit("an integer would have more than " + MAX_BITS + " bits");
      }
      return new IntegerValue(Numbers.integer(left).pow(Numbers.index(right)));
    }
    if (!left.truthy() && Numbers.real(right) < 0) {
      throw TemplateFailure.type("0 cannot be raised to a negative power");
    }
    return new FloatValue(Math.pow(Numbers.real(left), Numbers.real(right)));
  }

  public static Value negate(Value value) {
    if (value instanceof FloatValue real) {
      return new FloatValue(-real.value());
    }
    requireDefined(value, value);
    if (!Numbers.isInteger(value)) {
      throw TemplateFailure.type("bad operand type for unary -: '" + value.typeName() + "'");
    }
    return integer(Numbers.integer(value).negate());
  }

  /** Python's {@code int()} of a number. */
  public static Value toInteger(Value value) {
    if (value instanceof FloatValue real) {
      if (Double.isNaN(real.value()) || Double.isInfinite(real.value())) {
        throw TemplateFailure.type(
            "cannot convert float " + PythonFloat.repr(real.value()) + " to integer");
      }
      return new IntegerValue(new BigDecimal(real.value()).toBigInteger());
    }
    return new IntegerValue(Numbers.integer(value));
  }

  /**
   * The order of two values, for the operator named in the message.
   *
   * @return negative, zero or positive
   */
  public static int compare(String operator, Value left, Value right) {
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return Numbers.compare(left, right);
    }
    if (left instanceof StringValue a && right instanceof StringValue b) {
      return compareCodePoints(a.text(), b.text());
    }
    if (left instanceof SequenceValue a
        && right instanceof SequenceValue b
        && a.tuple() == b.tuple()) {
      return compareItems(operator, a.items(), b.items());
    }
    requireDefined(left, right);
    throw TemplateFailure.type(
        "'%s' not supported between instances of '%s' and '%s'"
            .formatted(operator, left.typeName(), right.typeName()));
  }

  /** Whether an order relation holds; NaN has none. */
  public static boolean ordered(String operator, Value left, Value right) {
    if (Numbers.isNan(left) || Numbers.isNan(right)) {
      return false;
    }
    int order = compare(operator, left, right);
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  private static int compareItems(String operator, List<Value> left, List<Value> right) {
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      if (!left.get(i).equals(right.get(i))) {
        return compare(operator, left.get(i), right.get(i));
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  private static int compareCodePoints(String left, String right) {
    int i = 0;
    while (i < left.length() && i < right.length()) {
      int a = left.codePointAt(i);
      int b = right.codePointAt(i);
      if (a != b) {
        return Integer.compare(a, b);
      }
      i += Character.charCount(a);
    }
    return Integer.compare(left.length(), right.length());
  }

  private static boolean exactAsDouble(Value integer) {
    return Numbers.integer(integer).bitLength() <= 53;
  }

  private static boolean bothIntegers(Value left, Value right) {
    return Numbers.isInteger(left) && Numbers.isInteger(right);
  }

  private static IntegerValue integer(BigInteger value) {
    if (value.bitLength() > MAX_BITS) {
      throw TemplateFailure.limit("an integer would have more than " + MAX_BITS + " bits");
    }
    return new IntegerValue(value);
  }

  private static SequenceValue bounded(SequenceValue sequence) {
    requireFew(sequence.length());
    return sequence;
  }

  private static void requireFew(int elements) {
    if (elements > MAX_ELEMENTS) {
      throw TemplateFailure.limit("a list would have more than " + MAX_ELEMENTS + " elements");
    }
  }

  private static void requireNumbers(String operator, Value left, Value right) {
    requireDefined(left, right);
    if (!Numbers.isNumber(left) || !Numbers.isNumber(right)) {
      throw unsupported(operator, left, right);
    }
  }

  private static void requireNotZero(Value divisor) {
    if (!divisor.truthy()) {
      throw TemplateFailure.type("division by zero");
    }
  }

  private static void requireDefined(Value left, Value right) {
    if (left instanceof UndefinedValue undefined) {
      throw undefined.failure();
    }
    if (right instanceof UndefinedValue undefined) {
      throw undefined.failure();
    }
  }

  private static Value fail(String operator, Value left, Value right) {
    throw unsupported(operator, left, right);
  }

  private static TemplateFailure unsupported(String operator, Value left, Value right) {
    return TemplateFailure.type(
        "unsupported operand type(s) for %s: '%s' and '%s'"
            .formatted(operator, left.typeName(), right.typeName()));
  }
}
