package io.streamweir.engine;

import io.streamweir.text.output.OutputEvent;
import java.util.List;

/**
 * What one step added to one sequence.
 *
 * @param sequenceId the id it was submitted with
 * @param firstIndex index in the completion of the first of {@code tokenIds}; tokens that were
 *     submitted as already generated count
 * @param tokenIds new tokens, possibly none; the end-of-sequence or stop token that ended it is
 *     counted among them
 * @param text text released by the step: whole characters, nothing from a stop string on; what the
 *     model wrote, markers of reasoning and tool calls included
 * @param finishReason null while the sequence goes on
 * @param error present if and only if {@code finishReason} is {@link FinishReason#ERROR}
 * @param cachedPromptTokens prompt tokens whose KV blocks were reused when the sequence began
 * @param logprobs one for each of {@code tokenIds} if the request asked for them, else empty
 * @param reading what the text says; null if the request did not ask for it
 */
public record SequenceOutput(
    String sequenceId,
    int firstIndex,
    int[] tokenIds,
    String text,
    FinishReason finishReason,
    EngineError error,
    int cachedPromptTokens,
    List<TokenLogprobs> logprobs,
    Reading reading) {

  /**
   * What an answer says, as far as it is certain.
   *
   * @param events new ones, possibly none; {@link OutputEvent.End} with the finish reason
   * @param reasoningTokens of the completion so far, the marks of the reasoning included
   */
  public record Reading(List<OutputEvent> events, int reasoningTokens) {
    /** Whether the answer has ended in complete tool calls. */
    public boolean callsTools() {
      return !events.isEmpty()
          && events.get(events.size() - 1) instanceof OutputEvent.End end
          && end.toolCalls() > 0
          && !end.insideToolCall();
    }
  }

  /** The answer is text. */
  public SequenceOutput(
      String sequenceId,
      int firstIndex,
      int[] tokenIds,
      String text,
      FinishReason finishReason,
      EngineError error,
      int cachedPromptTokens,
      List<TokenLogprobs> logprobs) {
    this(
        sequenceId,
        firstIndex,
        tokenIds,
        text,
        finishReason,
        error,
        cachedPromptTokens,
        logprobs,
        null);
  }

  /** Without log-probabilities; the answer is text. */
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
