package io.streamweir.text.tokenizer;

/**
 * Text that cannot be given to a model, a lone surrogate for instance. The fault is the caller's: a
 * server answers it with a client error.
 */
public class InvalidTextException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public InvalidTextException(String message) {
    super(message);
  }
}
