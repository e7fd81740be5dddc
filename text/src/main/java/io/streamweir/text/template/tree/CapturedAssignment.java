package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;

/** {@code set target | filters} ... {@code endset}: the text of the body. */
public record CapturedAssignment(int line, Target target, FilterChain filters, Block body)
    implements Statement {
  @Override
  public Flow execute(Frame frame) {
    Frame inner = frame.capturing();
    body.execute(inner);
    target.assign(frame, filters.apply(inner.captured(), frame));
    return Flow.NEXT;
  }
}
