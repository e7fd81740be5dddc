package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.Value;
import java.util.List;

/** Filters that are applied to captured text, the first one first. Their own input is unused. */
public record FilterChain(List<FilterCall> filters) {

  Value apply(Value captured, Frame frame) {
    Value value = captured;
    for (FilterCall filter : filters) {
      value = filter.apply(value, frame);
    }
    return value;
  }
}
