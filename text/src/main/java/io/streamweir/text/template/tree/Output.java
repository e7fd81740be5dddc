package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;

/** <code>{{ value }}</code>. */
public record Output(int line, Expression value) implements Statement {
  @Override
  public Flow execute(Frame frame) {
    frame.run().write(frame.out(), value.evaluate(frame));
    return Flow.NEXT;
  }
}
