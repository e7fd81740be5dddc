package io.streamweir.client;

import io.streamweir.schemas.tokens.BrokenSequenceException;

/**
 * A token stream cannot be continued without a gap or a contradiction. The result of the request is
 * not touched: await it instead.
 */
public final class BrokenStreamException extends ClientException {

  /** Of a gap in the log. */
  public BrokenStreamException(BrokenSequenceException gap) {
    this(gap.getMessage() + ". Await the result instead.", gap);
  }

  public BrokenStreamException(String message, Throwable cause) {
    super(message, cause);
  }
}
