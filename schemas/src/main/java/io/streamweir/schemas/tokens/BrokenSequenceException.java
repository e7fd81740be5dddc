package io.streamweir.schemas.tokens;

/** The log lacks tokens that come before a chunk: the stream cannot be continued without a gap. */
public final class BrokenSequenceException extends RuntimeException {

  public BrokenSequenceException(String message) {
    super(message);
  }
}
