package io.streamweir.bench.gateway;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.SequenceOutput;
import java.util.Arrays;

/** A sequence of a {@link PacedEngine}. */
final class PacedSequence {

  private static final int TOKEN = 1;

  private final EngineRequest request;
  private final Pace pace;
  private final long startedAt;
  private final int begin;
  private int length;

  /**
   * @param startedAt {@link System#nanoTime} at which it came
   */
  PacedSequence(EngineRequest request, Pace pace, long startedAt) {
    this.request = request;
    this.pace = pace;
    this.startedAt = startedAt;
    this.begin = request.generatedTokenIds().length;
    this.length = begin;
  }

  String id() {
    return request.sequenceId();
  }

  /** What is due by now; null if nothing is. */
  SequenceOutput advance(long now) {
    var most = request.sampling().maxTokens();
    var due = (int) Math.min((long) most, (long) begin + pace.due(now - startedAt));
    if (due <= length && length < most) {
      return null;
    }
    return output(Math.max(0, due - length), due >= most ? FinishReason.LENGTH : null);
  }

  SequenceOutput end(FinishReason reason) {
    return output(0, reason);
  }

  boolean expired(long nowMillis) {
    return request.deadlineMillis() <= nowMillis;
  }

  private SequenceOutput output(int tokens, FinishReason reason) {
    var ids = new int[tokens];
    Arrays.fill(ids, TOKEN);
    var output = new SequenceOutput(id(), length, ids, pace.text(tokens), reason, null, 0);
    length += tokens;
    return output;
  }
}
