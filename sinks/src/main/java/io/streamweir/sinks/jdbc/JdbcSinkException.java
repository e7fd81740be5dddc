package io.streamweir.sinks.jdbc;

/** A retry would not help; the message says what somebody has to change. */
public final class JdbcSinkException extends RuntimeException {
  JdbcSinkException(String message, Throwable cause) {
    super(message, cause);
  }
}
