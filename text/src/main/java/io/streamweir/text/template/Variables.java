package io.streamweir.text.template;

import io.streamweir.text.template.value.BooleanValue;
import io.streamweir.text.template.value.DictValue;
import io.streamweir.text.template.value.FloatValue;
import io.streamweir.text.template.value.IntegerValue;
import io.streamweir.text.template.value.NoneValue;
import io.streamweir.text.template.value.SequenceValue;
import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns the Java objects that stand for JSON into values. */
final class Variables {
  private final int maxDepth;

  Variables(int maxDepth) {
    this.maxDepth = maxDepth;
  }

  Map<String, Value> convert(Map<String, ?> variables) {
    Map<String, Value> values = new LinkedHashMap<>();
    variables.forEach((name, value) -> values.put(name, convert(value, 0)));
    return values;
  }

  private Value convert(Object value, int depth) {
    if (depth > maxDepth) {
      throw TemplateFailure.limit(
          "a variable is nested more than " + maxDepth + " levels deep (maxDepth)");
    }
    if (value instanceof Map<?, ?> map) {
      Map<Value, Value> entries = new LinkedHashMap<>();
      map.forEach((key, element) -> entries.put(scalar(key), convert(element, depth + 1)));
      return new DictValue(entries);
    }
    if (value instanceof Iterable<?> iterable) {
      List<Value> items = new ArrayList<>();
      iterable.forEach(item -> items.add(convert(item, depth + 1)));
      return SequenceValue.list(items);
    }
    return scalar(value);
  }

  private static Value scalar(Object value) {
    if (value == null) {
      return NoneValue.NONE;
    }
    if (value instanceof TrustedText trusted) {
      return StringValue.of(trusted.text());
    }
    if (value instanceof String text) {
      return StringValue.input(text);
    }
    if (value instanceof Boolean bool) {
      return BooleanValue.of(bool);
    }
    if (value instanceof BigInteger integer) {
      return new IntegerValue(integer);
    }
    if (value instanceof Double || value instanceof Float || value instanceof BigDecimal) {
      return new FloatValue(((Number) value).doubleValue());
    }
    if (value instanceof Number number) {
      return IntegerValue.of(number.longValue());
    }
    throw TemplateFailure.type(
        "a variable is a "
            + value.getClass().getName()
            + "; only maps, lists, strings, numbers, booleans and null can be given");
  }
}
