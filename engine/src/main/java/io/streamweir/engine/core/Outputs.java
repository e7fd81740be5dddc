package io.streamweir.engine.core;

import io.streamweir.engine.EngineError;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.SequenceOutput;
import java.util.ArrayList;
import java.util.List;

/** What the sequences have to say since the listener was last told. */
final class Outputs {
  private static final int[] NO_TOKENS = {};

  private List<SequenceOutput> pending = new ArrayList<>();

  /**
   * A sequence got tokens.
   *
   * @param firstIndex of them in the completion
   * @param error why it ends behind them; null if it goes on, or ends as it should
   */
  void tokens(Sequence sequence, int firstIndex, Continuation.Extension added, EngineError error) {
    pending.add(
        new SequenceOutput(
            sequence.id(),
            firstIndex,
            added.tokens(),
            added.text(),
            added.reason(),
            error,
            sequence.cachedPromptTokens(),
            added.logprobs(),
            sequence.decoder().read()));
  }

  /** A sequence ended without a further token. */
  void end(Sequence sequence, String text, FinishReason reason) {
    pending.add(
        new SequenceOutput(
            sequence.id(),
            sequence.generated(),
            NO_TOKENS,
            text,
            reason,
            null,
            sequence.cachedPromptTokens(),
            List.of(),
            sequence.decoder().read()));
  }

  /** A sequence, or a request that never became one, failed. */
  void error(String sequenceId, int generated, EngineError error) {
    pending.add(
        new SequenceOutput(sequenceId, generated, NO_TOKENS, "", FinishReason.ERROR, error, 0));
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  List<SequenceOutput> take() {
    List<SequenceOutput> taken = pending;
    pending = new ArrayList<>(taken.size());
    return taken;
  }
}
