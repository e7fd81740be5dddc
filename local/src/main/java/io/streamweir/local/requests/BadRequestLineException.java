package io.streamweir.local.requests;

import io.streamweir.local.terminal.WeirException;

/** A line of a request file is no request; the message says which and why. */
public class BadRequestLineException extends WeirException {
  public BadRequestLineException(String message) {
    super(message);
  }
}
