package io.streamweir.engine;

/** Why a sequence ended; {@link #label()} is the word that the wire uses. */
public enum FinishReason {
  /** The model ended it, or a stop string or stop token did. */
  STOP("stop"),
  /** {@code max_tokens} or the context length was reached. */
  LENGTH("length"),
  CANCELLED("cancelled"),
  /** Its deadline passed. */
  EXPIRED("expired"),
  ERROR("error");

  private final String label;

  FinishReason(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
