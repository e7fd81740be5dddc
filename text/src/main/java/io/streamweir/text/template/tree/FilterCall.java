package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.Value;

/** {@code input|name(arguments)}. */
public record FilterCall(Expression input, String name, ArgumentList arguments)
    implements Expression {
  @Override
  public Value evaluate(Frame frame) {
    return apply(input.evaluate(frame), frame);
  }

  Value apply(Value value, Frame frame) {
    frame.budget().step();
    return frame
        .budget()
        .made(
            frame
                .run()
                .library()
                .filter(name)
                .apply(value, arguments.evaluate(frame), frame.run()));
  }
}
