package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.StringValue;

/** Text outside all tags. */
public record Data(int line, StringValue text) implements Statement {
  @Override
  public Flow execute(Frame frame) {
    frame.run().write(frame.out(), text);
    return Flow.NEXT;
  }
}
