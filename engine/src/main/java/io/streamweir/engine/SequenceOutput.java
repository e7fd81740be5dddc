package io.streamweir.engine;

import java.util.List;

/**
 * What one step added to one sequence.
 *
 * @param sequenceId the id it was submitted with
 * @param firstIndex index in the completion of the first of {@code tokenIds}; tokens that were
 *     submitted as already generated count
 * @param tokenIds new tokens, possibly none; the end-of-sequence or stop token that ended it is
 *     counted among them
 * @param text text released by the step: whole characters, nothing from a stop string on
 * @param finishReason null while the sequence goes on
 * @param error present if and only if {@code finishReason} is {@link FinishReason#ERROR}
 * @param cachedPromptTokens prompt tokens whose KV blocks were reused when the sequence began
 * @param logprobs one for each of {@code tokenIds} if the request asked for them, else empty
 */
public record SequenceOutput(
    String sequenceId,
    int firstIndex,
    int[] tokenIds,
    String text,
    FinishReason finishReason,
    EngineError error,
    int cachedPromptTokens,
    List<TokenLogprobs> logprobs) {

  /** Without log-probabilities. */
  public SequenceOutput(
      String sequenceId,
      int firstIndex,
      int[] tokenIds,
      String text,
      FinishReason finishReason,
      EngineError error,
      int cachedPromptTokens) {
    this(
        sequenceId, firstIndex, tokenIds, text, finishReason, error, cachedPromptTokens, List.of());
  }

  public boolean finished() {
    return finishReason != null;
  }
}
