package io.streamweir.text;

import java.util.function.Function;

/**
 * Encodes prompts up to a number of tokens. A text that is long for this number is tried from its
 * beginning first, so that ten megabytes are refused after the work of some kilobytes.
 */
final class BoundedEncoder {
  /** Ordinary text has fewer characters a token. */
  private static final int CHARS_PER_TOKEN = 8;

  /** The end of a beginning is split up differently than in the whole text. */
  private static final int SLACK = 64;

  private static final int GROWTH = 4;

  private final int maxTokens;

  BoundedEncoder(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  int[] encode(String text, Function<String, int[]> tokenizer) {
    long window = (long) CHARS_PER_TOKEN * (maxTokens + SLACK);
    for (; window < text.length(); window *= GROWTH) {
      int count = tokenizer.apply(beginning(text, (int) window)).length;
      if (count > maxTokens + SLACK) {
        throw new PromptTooLongException(count, maxTokens);
      }
    }
    int[] ids = tokenizer.apply(text);
    if (ids.length > maxTokens) {
      throw new PromptTooLongException(ids.length, maxTokens);
    }
    return ids;
  }

  private static String beginning(String text, int length) {
    boolean betweenSurrogates = Character.isHighSurrogate(text.charAt(length - 1));
    return text.substring(0, betweenSurrogates ? length - 1 : length);
  }
}
