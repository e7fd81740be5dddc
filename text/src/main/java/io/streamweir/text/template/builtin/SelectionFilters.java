package io.streamweir.text.template.builtin;

import static java.util.Map.entry;

import io.streamweir.text.template.run.Filter;
import io.streamweir.text.template.run.Run;
import io.streamweir.text.template.run.ValueTest;
import io.streamweir.text.template.value.Arguments;
import io.streamweir.text.template.value.StreamValue;
import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.UndefinedValue;
import io.streamweir.text.template.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Filters that take another filter or test by name. Their results are generators, as in Python. */
final class SelectionFilters {
  static final Map<String, Filter> TABLE =
      Map.ofEntries(
          entry("map", SelectionFilters::map),
          entry("select", (input, arguments, run) -> keep(input, test(arguments, 0, run), run)),
          entry(
              "reject",
              (input, arguments, run) -> keep(input, test(arguments, 0, run).negate(), run)),
          entry("selectattr", (input, arguments, run) -> byAttribute(input, arguments, run, true)),
          entry(
              "rejectattr", (input, arguments, run) -> byAttribute(input, arguments, run, false)));

  private SelectionFilters() {}

  private static Value map(Value input, Arguments arguments, Run run) {
    if (!input.truthy()) {
      return StreamValue.generator(List.of());
    }
    UnaryOperator<Value> function =
        arguments.positional().isEmpty() ? attribute(arguments) : filter(arguments, run);
    List<Value> mapped = new ArrayList<>();
    for (Value value : run.budget().elements(input)) {
      mapped.add(run.budget().made(function.apply(value)));
    }
    return StreamValue.generator(mapped);
  }

  private static UnaryOperator<Value> attribute(Arguments arguments) {
    Value[] bound = arguments.bind("map", 1, "attribute", "default");
    UnaryOperator<Value> path = Keys.path(bound[0]);
    return value -> {
      Value element = path.apply(value);
      return element instanceof UndefinedValue && bound[1] != null ? bound[1] : element;
    };
  }

  private static UnaryOperator<Value> filter(Arguments arguments, Run run) {
    Filter filter = run.library().filter(arguments.positional().get(0).string().text());
    Arguments rest = after(1, arguments);
    return value -> filter.apply(value, rest, run);
  }

  private static Value byAttribute(Value input, Arguments arguments, Run run, boolean wanted) {
    if (arguments.positional().isEmpty()) {
      throw TemplateFailure.type("selectattr and rejectattr need the name of an attribute");
    }
    UnaryOperator<Value> path = Keys.path(arguments.positional().get(0));
    Predicate<Value> test = test(arguments, 1, run);
    return keep(input, value -> test.test(path.apply(value)) == wanted, run);
  }

  /**
   * The test named by the argument at a position, with the arguments after it; truth if none is.
   */
  private static Predicate<Value> test(Arguments arguments, int position, Run run) {
    if (arguments.positional().size() <= position) {
      return Value::truthy;
    }
    ValueTest test = run.library().test(arguments.positional().get(position).string().text());
    Arguments rest = after(position + 1, arguments);
    return value -> test.holds(value, rest, run);
  }

  private static Value keep(Value input, Predicate<Value> condition, Run run) {
    if (!input.truthy()) {
      return StreamValue.generator(List.of());
    }
    return StreamValue.generator(run.budget().elements(input).stream().filter(condition).toList());
  }

  private static Arguments after(int position, Arguments arguments) {
    List<Value> positional = arguments.positional();
    return new Arguments(positional.subList(position, positional.size()), arguments.named());
  }
}
