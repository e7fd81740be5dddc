package io.streamweir.engine;

import static java.util.Objects.requireNonNull;

/**
 * How the answer to a chat is taken apart into reasoning, content and tool calls.
 *
 * @param tools what it may call: OpenAI's {@code tools} as JSON; null for nothing
 * @param requestId what the ids of tool calls are made from
 * @param thinkingBudget the most tokens of reasoning; negative for no bound
 * @param endOfThinking the tokens that end the reasoning when the budget is spent; none if the
 *     model does not think aloud
 */
public record ReadingParams(
    String tools, String requestId, int thinkingBudget, int[] endOfThinking) {
  public ReadingParams {
    requireNonNull(requestId, "requestId is null");
    endOfThinking = endOfThinking.clone();
  }

  /** Whether the reasoning is bounded. */
  public boolean boundsThinking() {
    return thinkingBudget >= 0 && endOfThinking.length > 0;
  }
}
