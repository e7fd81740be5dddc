package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.BooleanValue;
import io.streamweir.text.template.value.Value;

/** {@code value is name(arguments)}. */
public record TestCall(Expression subject, String name, ArgumentList arguments)
    implements Expression {
  @Override
  public Value evaluate(Frame frame) {
    Value value = subject.evaluate(frame);
    return BooleanValue.of(
        frame.run().library().test(name).holds(value, arguments.evaluate(frame), frame.run()));
  }
}
