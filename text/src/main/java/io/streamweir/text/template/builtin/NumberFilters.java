package io.streamweir.text.template.builtin;

import static java.util.Map.entry;

import io.streamweir.text.template.run.Filter;
import io.streamweir.text.template.run.Run;
import io.streamweir.text.template.value.Arguments;
import io.streamweir.text.template.value.FloatValue;
import io.streamweir.text.template.value.IntegerValue;
import io.streamweir.text.template.value.Numbers;
import io.streamweir.text.template.value.Operators;
import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.UndefinedValue;
import io.streamweir.text.template.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;

/** Filters for numbers. */
final class NumberFilters {
  static final Map<String, Filter> TABLE =
      Map.ofEntries(
          entry("int", NumberFilters::toInteger),
          entry("float", NumberFilters::toFloat),
          entry("abs", NumberFilters::absolute),
          entry("round", NumberFilters::round));

  private NumberFilters() {}

  private static Value toInteger(Value input, Arguments arguments, Run run) {
    Value[] bound = arguments.bind("int", 0, "default", "base");
    int base = bound[1] == null ? 10 : Numbers.index(bound[1]);
    Value fallback = bound[0] == null ? IntegerValue.of(0) : bound[0];
    if (Numbers.isInteger(input)) {
      return Operators.toInteger(input);
    }
    if (input instanceof StringValue string) {
      Optional<Value> integer = parseInteger(string.text().strip(), base);
      if (integer.isPresent()) {
        return integer.get();
      }
    }
    return parseFloat(input)
        .filter(real -> !real.isNaN() && !real.isInfinite())
        .map(real -> Operators.toInteger(new FloatValue(real)))
        .orElse(fallback);
  }

  private static Optional<Value> parseInteger(String text, int base) {
    try {
      return Optional.of(new IntegerValue(new BigInteger(digits(text, base), base)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The text without underscores between digits and without the prefix of its base. */
  private static String digits(String text, int base) {
    String prefix = base == 16 ? "0[xX]" : base == 8 ? "0[oO]" : base == 2 ? "0[bB]" : "";
    return text.replaceAll("(?<=\\w)_(?=\\w)", "").replaceFirst("^([+-]?)" + prefix, "$1");
  }

  private static Value toFloat(Value input, Arguments arguments, Run run) {
    Value fallback = arguments.bind("float", 0, "default")[0];
    return parseFloat(input)
        .<Value>map(FloatValue::new)
        .orElse(fallback == null ? new FloatValue(0) : fallback);
  }

  private static Optional<Double> parseFloat(Value input) {
    if (input instanceof UndefinedValue undefined) {
      throw undefined.failure();
    }
    if (Numbers.isNumber(input)) {
      return Optional.of(Numbers.real(input));
    }
    if (!(input instanceof StringValue string)) {
      return Optional.empty();
    }
    String text = string.text().strip();
    if (text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
      return Optional.of(Double.parseDouble(text));
    }
    if (text.matches("(?i)[+-]?(inf|infinity)")) {
      return Optional.of(
          text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    return Optional.empty();
  }

  private static Value absolute(Value input, Arguments arguments, Run run) {
    arguments.bind("abs", 0);
    Value negated = Operators.negate(input);
    return Numbers.real(negated) > 0 ? negated : Operators.negate(negated);
  }

  private static Value round(Value input, Arguments arguments, Run run) {
    Value[] bound = arguments.bind("round", 0, "precision", "method");
    int precision = bound[0] == null ? 0 : Numbers.index(bound[0]);
    String method = bound[1] == null ? "common" : bound[1].string().text();
    RoundingMode mode =
        switch (method) {
          case "common" -> RoundingMode.HALF_EVEN;
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> throw TemplateFailure.type("method must be common, ceil or floor");
        };
    if (Math.abs((long) precision) > 300 || !Numbers.isNumber(input)) {
      throw TemplateFailure.type("cannot round " + input.typeName() + " to " + precision);
    }
    double real = Numbers.real(input);
    if (Double.isNaN(real) || Double.isInfinite(real)) {
      return input;
    }
    double rounded = new BigDecimal(real).setScale(precision, mode).doubleValue();
    boolean integer = Numbers.isInteger(input) && mode == RoundingMode.HALF_EVEN;
    return integer ? Operators.toInteger(new FloatValue(rounded)) : new FloatValue(rounded);
  }
}
