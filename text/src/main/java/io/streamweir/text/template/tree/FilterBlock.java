package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;

/** {@code filter name} ... {@code endfilter}. */
public record FilterBlock(int line, FilterChain filters, Block body) implements Statement {
  @Override
  public Flow execute(Frame frame) {
    Frame inner = frame.capturing();
    body.execute(inner);
    frame.run().write(frame.out(), filters.apply(inner.captured(), frame));
    return Flow.NEXT;
  }
}
