package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;

/** {@code set target = value}. */
public record Assignment(int line, Target target, Expression value) implements Statement {
  @Override
  public Flow execute(Frame frame) {
    target.assign(frame, value.evaluate(frame));
    return Flow.NEXT;
  }
}
