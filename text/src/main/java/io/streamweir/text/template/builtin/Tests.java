package io.streamweir.text.template.builtin;

import static java.util.Map.entry;

import io.streamweir.text.template.run.Run;
import io.streamweir.text.template.run.ValueTest;
import io.streamweir.text.template.value.Arguments;
import io.streamweir.text.template.value.BooleanValue;
import io.streamweir.text.template.value.DictValue;
import io.streamweir.text.template.value.FloatValue;
import io.streamweir.text.template.value.FunctionValue;
import io.streamweir.text.template.value.IntegerValue;
import io.streamweir.text.template.value.NoneValue;
import io.streamweir.text.template.value.Numbers;
import io.streamweir.text.template.value.Operators;
import io.streamweir.text.template.value.RangeValue;
import io.streamweir.text.template.value.SequenceValue;
import io.streamweir.text.template.value.StringOperations;
import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.UndefinedValue;
import io.streamweir.text.template.value.Value;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** What can follow {@code is}. */
final class Tests {
  static final Map<String, ValueTest> TABLE =
      Map.ofEntries(
          entry("defined", of(value -> !(value instanceof UndefinedValue))),
          entry("undefined", of(value -> value instanceof UndefinedValue)),
          entry("none", of(value -> value == NoneValue.NONE)),
          entry("boolean", of(value -> value instanceof BooleanValue)),
          entry("true", of(value -> value == BooleanValue.TRUE)),
          entry("false", of(value -> value == BooleanValue.FALSE)),
          entry("integer", of(value -> value instanceof IntegerValue)),
          entry("float", of(value -> value instanceof FloatValue)),
          entry("number", of(Numbers::isNumber)),
          entry("string", of(value -> value instanceof StringValue)),
          entry("mapping", of(value -> value instanceof DictValue)),
          entry("sequence", of(Tests::isSequence)),
          entry("iterable", of(Value::iterable)),
          entry("callable", of(value -> value instanceof FunctionValue)),
          entry("odd", of(value -> remainder(value, IntegerValue.of(2)).truthy())),
          entry("even", of(value -> !remainder(value, IntegerValue.of(2)).truthy())),
          entry("lower", of(value -> isUnchanged(value, true))),
          entry("upper", of(value -> isUnchanged(value, false))),
          entry("divisibleby", with((value, by) -> !remainder(value, by).truthy())),
          entry("sameas", with((value, other) -> value == other)),
          entry("in", with((value, container) -> container.contains(value))),
          entry("eq", with(Value::equals)),
          entry("equalto", with(Value::equals)),
          entry("==", with(Value::equals)),
          entry("ne", with((value, other) -> !value.equals(other))),
          entry("!=", with((value, other) -> !value.equals(other))),
          entry("lt", ordered("<")),
          entry("lessthan", ordered("<")),
          entry("<", ordered("<")),
          entry("le", ordered("<=")),
          entry("<=", ordered("<=")),
          entry("gt", ordered(">")),
          entry("greaterthan", ordered(">")),
          entry(">", ordered(">")),
          entry("ge", ordered(">=")),
          entry(">=", ordered(">=")),
          entry("filter", Tests::isFilter),
          entry("test", Tests::isTest));

  private Tests() {}

  private static ValueTest of(Predicate<Value> predicate) {
    return (value, arguments, run) -> {
      arguments.bind("test", 0);
      return predicate.test(value);
    };
  }

  private static ValueTest with(BiPredicate<Value, Value> predicate) {
    return (value, arguments, run) -> predicate.test(value, arguments.bind("test", 1, "other")[0]);
  }

  private static ValueTest ordered(String operator) {
    return with((value, other) -> Operators.ordered(operator, value, other));
  }

  private static boolean isSequence(Value value) {
    return value instanceof StringValue
        || value instanceof SequenceValue
        || value instanceof DictValue
        || value instanceof RangeValue
        || value instanceof UndefinedValue;
  }

  private static Value remainder(Value value, Value by) {
    return Operators.modulo(value, by);
  }

  private static boolean isUnchanged(Value value, boolean lower) {
    StringValue text = value.string();
    StringValue changed = lower ? StringOperations.lower(text) : StringOperations.upper(text);
    return StringOperations.isCased(text) && text.equals(changed);
  }

  private static boolean isFilter(Value value, Arguments arguments, Run run) {
    arguments.bind("filter", 0);
    return run.library().filters().containsKey(value.string().text());
  }

  private static boolean isTest(Value value, Arguments arguments, Run run) {
    arguments.bind("test", 0);
    return run.library().tests().containsKey(value.string().text());
  }
}
