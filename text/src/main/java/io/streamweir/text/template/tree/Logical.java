package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.Value;

/** {@code and}, {@code or}: the operand that decides. */
public record Logical(boolean conjunction, Expression left, Expression right)
    implements Expression {
  @Override
  public Value evaluate(Frame frame) {
    Value first = left.evaluate(frame);
    return first.truthy() == conjunction ? right.evaluate(frame) : first;
  }
}
