package io.streamweir.engine.core;

import io.streamweir.engine.core.ScheduledStep.Chunk;

/**
 * What makes a step long, as sums over its chunks. Decoding sequences are computed as a batch that
 * is padded to the longest of their contexts; longer chunks one by one.
 *
 * @param decodes chunks of one token
 * @param longest longest context of these, tokens
 * @param chunks chunks of several tokens
 * @param tokens their tokens
 * @param attention their tokens times the context that each attends to, summed up
 */
record StepLoad(int decodes, int longest, int chunks, int tokens, double attention) {
  static final StepLoad NONE = new StepLoad(0, 0, 0, 0, 0);

  static StepLoad of(ScheduledStep step) {
    StepLoad load = NONE;
    for (Chunk chunk : step.chunks()) {
      load = load.plus(chunk.start(), chunk.length());
    }
    return load;
  }

  /** With a chunk of {@code length} tokens after {@code start} computed ones. */
  StepLoad plus(int start, int length) {
    int context = start + length;
    return length == 1
        ? new StepLoad(decodes + 1, Math.max(longest, context), chunks, tokens, attention)
        : new StepLoad(
            decodes, longest, chunks + 1, tokens + length, attention + (double) length * context);
  }

  /** The terms that the duration of a step is linear in; the first is constant. */
  double[] terms() {
    return new double[] {1, decodes, (double) decodes * longest, chunks, tokens, attention};
  }
}
