package io.streamweir.text.output;

/** What a model writes around its reasoning. */
public enum ThinkingTags {
  /** The model does not think aloud, or has another form for it (the channels of gpt-oss). */
  NONE("", ""),

  /** Qwen3, GLM, DeepSeek and most others. */
  THINK("<think>", "</think>"),

  /** Reasoning models of Mistral. */
  BRACKETS("[THINK]", "[/THINK]");

  private final String open;
  private final String close;

  ThinkingTags(String open, String close) {
    this.open = open;
    this.close = close;
  }

  public String open() {
    return open;
  }

  public String close() {
    return close;
  }

  /** Whether an answer to this prompt begins inside the block. */
  public boolean openedBy(String prompt) {
    return this != NONE && prompt.stripTrailing().endsWith(open);
  }

  /** Whether an answer to this prompt begins behind a block that the prompt has closed. */
  public boolean closedBy(String prompt) {
    return this != NONE && prompt.stripTrailing().endsWith(close);
  }
}
