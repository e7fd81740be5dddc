package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.SequenceValue;
import io.streamweir.text.template.value.Value;
import java.util.List;

/** {@code [a, b]} or {@code (a, b)}. */
public record SequenceDisplay(List<Expression> items, boolean tuple) implements Expression {
  @Override
  public Value evaluate(Frame frame) {
    return new SequenceValue(items.stream().map(item -> item.evaluate(frame)).toList(), tuple);
  }
}
