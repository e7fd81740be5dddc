package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;

/** {@code break} or {@code continue}. */
public record LoopControl(int line, Flow flow) implements Statement {
  @Override
  public Flow execute(Frame frame) {
    return flow;
  }
}
