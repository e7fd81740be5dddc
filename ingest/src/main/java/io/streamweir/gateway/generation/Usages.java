package io.streamweir.gateway.generation;

import io.streamweir.schemas.TokenUsage;

/** Adds up what the choices of an answer took. */
final class Usages {

  private Usages() {}

  /** Null if either is. */
  static TokenUsage sum(TokenUsage one, TokenUsage other) {
    if (one == null || other == null) {
      return null;
    }
    return TokenUsage.newBuilder()
        .setPromptTokens(one.getPromptTokens() + other.getPromptTokens())
        .setCachedTokens(one.getCachedTokens() + other.getCachedTokens())
        .setCompletionTokens(one.getCompletionTokens() + other.getCompletionTokens())
        .setReasoningTokens(one.getReasoningTokens() + other.getReasoningTokens())
        .setWastedTokens(one.getWastedTokens() + other.getWastedTokens())
        .build();
  }
}
