package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.Arguments;
import io.streamweir.text.template.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of a call as they are written.
 *
 * @param positional by position
 * @param named by keyword, in the order of writing
 */
public record ArgumentList(List<Expression> positional, Map<String, Expression> named) {
  public static final ArgumentList NONE = new ArgumentList(List.of(), Map.of());

  Arguments evaluate(Frame frame) {
    if (positional.isEmpty() && named.isEmpty()) {
      return Arguments.NONE;
    }
    List<Value> values = new ArrayList<>(positional.size());
    for (Expression value : positional) {
      values.add(value.evaluate(frame));
    }
    if (named.isEmpty()) {
      return new Arguments(values, Map.of());
    }
    Map<String, Value> byName = new LinkedHashMap<>();
    named.forEach((name, value) -> byName.put(name, value.evaluate(frame)));
    return new Arguments(values, byName);
  }
}
