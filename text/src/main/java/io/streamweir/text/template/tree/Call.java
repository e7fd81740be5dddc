package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.Value;

/** {@code callee(arguments)}. */
public record Call(Expression callee, ArgumentList arguments) implements Expression {
  @Override
  public Value evaluate(Frame frame) {
    Value function = callee.evaluate(frame);
    frame.budget().step();
    return frame.budget().made(function.call(arguments.evaluate(frame)));
  }
}
