package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.Value;

/** {@code target[start:stop:step]}; bounds that are left out are null. */
public record SliceAccess(Expression target, Expression start, Expression stop, Expression step)
    implements Expression {
  @Override
  public Value evaluate(Frame frame) {
    Value sequence = target.evaluate(frame);
    Value result = sequence.slice(value(start, frame), value(stop, frame), value(step, frame));
    return frame.budget().made(result);
  }

  private static Value value(Expression bound, Frame frame) {
    return bound == null ? null : bound.evaluate(frame);
  }
}
