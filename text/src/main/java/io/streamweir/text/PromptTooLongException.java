package io.streamweir.text;

import io.streamweir.text.tokenizer.InvalidTextException;

/** A prompt that has more tokens than the model has positions. */
public final class PromptTooLongException extends InvalidTextException {
  private static final long serialVersionUID = 1L;

  private final int tokens;
  private final int maxTokens;

  PromptTooLongException(int tokens, int maxTokens) {
    super(
        "The prompt has %d tokens or more, but the model takes at most %d; shorten it."
            .formatted(tokens, maxTokens));
    this.tokens = tokens;
    this.maxTokens = maxTokens;
  }

  /** How many tokens were counted; the rest of a far too long prompt is not counted. */
  public int tokens() {
    return tokens;
  }

  public int maxTokens() {
    return maxTokens;
  }
}
