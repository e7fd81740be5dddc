package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.Value;

/** {@code target.name}. */
public record AttributeAccess(Expression target, String name) implements Expression {
  @Override
  public Value evaluate(Frame frame) {
    return target.evaluate(frame).attribute(name);
  }
}
