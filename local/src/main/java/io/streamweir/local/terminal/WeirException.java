package io.streamweir.local.terminal;

/**
 * Something the user can act on. The message says what happened, why, which setting or value it is
 * about and what to do; the command prints it without a stack trace and ends with status 1.
 */
public class WeirException extends RuntimeException {
  public WeirException(String message) {
    super(message);
  }

  public WeirException(String message, Throwable cause) {
    super(message, cause);
  }
}
