package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;

/** {@code generation} ... {@code endgeneration}: marks text for training, prints it unchanged. */
public record ScopedBlock(int line, Block body) implements Statement {
  @Override
  public Flow execute(Frame frame) {
    body.execute(frame.inScope(frame.scope().inner()));
    return Flow.NEXT;
  }
}
