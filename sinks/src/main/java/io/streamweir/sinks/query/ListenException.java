package io.streamweir.sinks.query;

/** The address cannot be listened on; the message says which and what to do. */
public final class ListenException extends RuntimeException {
  ListenException(String message, Throwable cause) {
    super(message, cause);
  }
}
