package io.streamweir.text.template.builtin;

import io.streamweir.text.template.value.Arguments;
import io.streamweir.text.template.value.DictValue;
import io.streamweir.text.template.value.FunctionValue;
import io.streamweir.text.template.value.NamespaceValue;
import io.streamweir.text.template.value.Numbers;
import io.streamweir.text.template.value.RangeValue;
import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.Value;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The functions that need no import. */
final class Globals {
  private static final int MAX_RANGE = 100_000;

  private Globals() {}

  static Map<String, Value> table(Clock clock) {
    return Map.of(
        "range", function("range", Globals::range),
        "dict", function("dict", Globals::dict),
        "namespace", function("namespace", Globals::namespace),
        "raise_exception", function("raise_exception", Globals::raise),
        "strftime_now", function("strftime_now", arguments -> now(clock, arguments)));
  }

  private static Value function(String name, Function<Arguments, Value> body) {
    return new FunctionValue(name, body);
  }

  private static Value range(Arguments arguments) {
    Value[] bound = arguments.bind("range", 1, "start", "stop", "step");
    long start = bound[1] == null ? 0 : Numbers.index(bound[0]);
    long stop = Numbers.index(bound[1] == null ? bound[0] : bound[1]);
    long step = bound[2] == null ? 1 : Numbers.index(bound[2]);
    if (step == 0) {
      throw TemplateFailure.type("range() arg 3 must not be zero");
    }
    long distance = step > 0 ? stop - start : start - stop;
    long count = distance <= 0 ? 0 : (distance + Math.abs(step) - 1) / Math.abs(step);
    if (count > MAX_RANGE) {
      throw TemplateFailure.limit("a range may have at most " + MAX_RANGE + " elements");
    }
    return new RangeValue((int) start, (int) step, (int) count);
  }

  private static Value dict(Arguments arguments) {
    Map<Value, Value> entries = new LinkedHashMap<>();
    arguments.positional().forEach(source -> entries.putAll(mapping("dict", source).entries()));
    arguments.named().forEach((name, value) -> entries.put(StringValue.of(name), value));
    return new DictValue(entries);
  }

  private static Value namespace(Arguments arguments) {
    NamespaceValue namespace = new NamespaceValue();
    for (Value source : arguments.positional()) {
      mapping("namespace", source)
          .entries()
          .forEach((key, value) -> namespace.set(key.string().text(), value));
    }
    arguments.named().forEach(namespace::set);
    return namespace;
  }

  private static DictValue mapping(String function, Value value) {
    if (value instanceof DictValue dict) {
      return dict;
    }
    throw TemplateFailure.type(function + "() needs a dict, not " + value.typeName());
  }

  private static Value raise(Arguments arguments) {
    List<Value> bound = List.of(arguments.bind("raise_exception", 1, "message"));
    throw new TemplateFailure(TemplateFailure.Kind.RAISED, bound.get(0).string().text());
  }

  private static Value now(Clock clock, Arguments arguments) {
    String format = arguments.bind("strftime_now", 1, "format")[0].string().text();
    return StringValue.of(TimeFormat.format(format, ZonedDateTime.now(clock)));
  }
}
