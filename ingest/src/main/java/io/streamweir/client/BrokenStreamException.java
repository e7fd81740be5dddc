package io.streamweir.client;

/**
 * A token stream cannot be continued without a gap or a contradiction. The result of the request is
 * not touched: await it instead.
 */
public final class BrokenStreamException extends ClientException {

  public BrokenStreamException(String message, Throwable cause) {
    super(message, cause);
  }
}
