package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.Value;

/** {@code target[key]}. */
public record ItemAccess(Expression target, Expression key) implements Expression {
  @Override
  public Value evaluate(Frame frame) {
    return target.evaluate(frame).item(key.evaluate(frame));
  }
}
