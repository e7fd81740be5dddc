package io.streamweir.text.template.builtin;

import static java.util.Map.entry;

import io.streamweir.text.template.run.Filter;
import io.streamweir.text.template.run.Run;
import io.streamweir.text.template.value.Arguments;
import io.streamweir.text.template.value.DictValue;
import io.streamweir.text.template.value.IntegerValue;
import io.streamweir.text.template.value.Operators;
import io.streamweir.text.template.value.SequenceValue;
import io.streamweir.text.template.value.StreamValue;
import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.TextBuilder;
import io.streamweir.text.template.value.UndefinedValue;
import io.streamweir.text.template.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Filters over the elements of their input. */
final class SequenceFilters {
  static final Map<String, Filter> TABLE =
      Map.ofEntries(
          entry("length", SequenceFilters::length),
          entry("count", SequenceFilters::length),
          entry("list", SequenceFilters::list),
          entry("items", SequenceFilters::items),
          entry("dictsort", SequenceFilters::sortDict),
          entry("first", SequenceFilters::first),
          entry("last", SequenceFilters::last),
          entry("join", SequenceFilters::join),
          entry("reverse", SequenceFilters::reverse),
          entry("sort", SequenceFilters::sort),
          entry("unique", SequenceFilters::unique),
          entry("min", (input, arguments, run) -> extreme("min", input, arguments, run)),
          entry("max", (input, arguments, run) -> extreme("max", input, arguments, run)),
          entry("sum", SequenceFilters::sum),
          entry("default", SequenceFilters::orDefault),
          entry("d", SequenceFilters::orDefault));

  private SequenceFilters() {}

  private static Value length(Value input, Arguments arguments, Run run) {
    arguments.bind("length", 0);
    return IntegerValue.of(input.length());
  }

  private static Value list(Value input, Arguments arguments, Run run) {
    arguments.bind("list", 0);
    return SequenceValue.list(run.budget().elements(input));
  }

  private static Value items(Value input, Arguments arguments, Run run) {
    arguments.bind("items", 0);
    if (input instanceof UndefinedValue) {
      return StreamValue.generator(List.of());
    }
    if (!(input instanceof DictValue dict)) {
      throw TemplateFailure.type(
          "items needs a dict, not " + input.typeName() + ": only a mapping has item pairs");
    }
    return StreamValue.generator(pairs(dict));
  }

  private static List<Value> pairs(DictValue dict) {
    List<Value> pairs = new ArrayList<>();
    dict.entries().forEach((key, value) -> pairs.add(SequenceValue.tuple(key, value)));
    return pairs;
  }

  private static Value sortDict(Value input, Arguments arguments, Run run) {
    Value[] bound = arguments.bind("dictsort", 0, "case_sensitive", "by", "reverse");
    if (!(input instanceof DictValue dict)) {
      throw TemplateFailure.type("dictsort needs a dict, not " + input.typeName());
    }
    String by = bound[1] == null ? "key" : bound[1].string().text();
    if (!by.equals("key") && !by.equals("value")) {
      throw TemplateFailure.type("dictsort can sort by 'key' or 'value', not by '" + by + "'");
    }
    Value index = IntegerValue.of(by.equals("key") ? 0 : 1);
    return sorted(pairs(dict), Keys.key(index, bound[0]), bound[2]);
  }

  private static Value first(Value input, Arguments arguments, Run run) {
    arguments.bind("first", 0);
    Iterator<Value> elements = input.iterator();
    return elements.hasNext()
        ? elements.next()
        : UndefinedValue.because(() -> "there is no first item, the sequence was empty");
  }

  private static Value last(Value input, Arguments arguments, Run run) {
    arguments.bind("last", 0);
    input.length();
    List<Value> elements = run.budget().elements(input);
    return elements.isEmpty()
        ? UndefinedValue.because(() -> "there is no last item, the sequence was empty")
        : elements.get(elements.size() - 1);
  }

  private static Value join(Value input, Arguments arguments, Run run) {
    Value[] bound = arguments.bind("join", 0, "d", "attribute");
    StringValue separator = bound[0] == null ? StringValue.EMPTY : bound[0].string();
    UnaryOperator<Value> element = bound[1] == null ? value -> value : Keys.path(bound[1]);
    TextBuilder out = new TextBuilder();
    boolean first = true;
    for (Value value : run.budget().elements(input)) {
      if (!first) {
        out.append(separator);
      }
      first = false;
      out.append(element.apply(value).string());
    }
    return out.toValue();
  }

  private static Value reverse(Value input, Arguments arguments, Run run) {
    arguments.bind("reverse", 0);
    if (input instanceof StringValue string) {
      return string.slice(null, null, IntegerValue.of(-1));
    }
    List<Value> elements = run.budget().elements(input);
    Collections.reverse(elements);
    return StreamValue.generator(elements);
  }

  private static Value sort(Value input, Arguments arguments, Run run) {
    Value[] bound = arguments.bind("sort", 0, "reverse", "case_sensitive", "attribute");
    return sorted(run.budget().elements(input), Keys.key(bound[2], bound[1]), bound[0]);
  }

  private static Value sorted(List<Value> elements, UnaryOperator<Value> key, Value reverse) {
    Comparator<Value> order = Comparator.comparing(key, Keys.ORDER);
    List<Value> sorted = new ArrayList<>(elements);
    sorted.sort(reverse != null && reverse.truthy() ? order.reversed() : order);
    return SequenceValue.list(sorted);
  }

  private static Value unique(Value input, Arguments arguments, Run run) {
    Value[] bound = arguments.bind("unique", 0, "case_sensitive", "attribute");
    UnaryOperator<Value> key = Keys.key(bound[1], bound[0]);
    Map<Value, Value> firsts = new LinkedHashMap<>();
    run.budget().elements(input).forEach(value -> firsts.putIfAbsent(key.apply(value), value));
    return StreamValue.generator(List.copyOf(firsts.values()));
  }

  private static Value extreme(String name, Value input, Arguments arguments, Run run) {
    Value[] bound = arguments.bind(name, 0, "case_sensitive", "attribute");
    UnaryOperator<Value> key = Keys.key(bound[1], bound[0]);
    Comparator<Value> order = Comparator.comparing(key, Keys.ORDER);
    List<Value> elements = run.budget().elements(input);
    if (elements.isEmpty()) {
      return UndefinedValue.because(() -> "no aggregated item, the sequence was empty");
    }
    Value best = elements.get(0);
    for (Value value : elements) {
      int compared = order.compare(value, best);
      if (name.equals("min") ? compared < 0 : compared > 0) {
        best = value;
      }
    }
    return best;
  }

  private static Value sum(Value input, Arguments arguments, Run run) {
    Value[] bound = arguments.bind("sum", 0, "attribute", "start");
    boolean whole = bound[0] == null || !bound[0].truthy();
    UnaryOperator<Value> element = whole ? value -> value : Keys.path(bound[0]);
    Value sum = bound[1] == null ? IntegerValue.of(0) : bound[1];
    for (Value value : run.budget().elements(input)) {
      sum = run.budget().made(Operators.add(sum, element.apply(value)));
    }
    return sum;
  }

  private static Value orDefault(Value input, Arguments arguments, Run run) {
    Value[] bound = arguments.bind("default", 0, "default_value", "boolean");
    boolean orFalse = bound[1] != null && bound[1].truthy();
    if (input instanceof UndefinedValue || orFalse && !input.truthy()) {
      return bound[0] == null ? StringValue.EMPTY : bound[0];
    }
    return input;
  }
}
