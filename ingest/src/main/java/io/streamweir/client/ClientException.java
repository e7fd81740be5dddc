package io.streamweir.client;

/** What the client library could not do; each subclass says what to do about it. */
public abstract class ClientException extends RuntimeException {

  protected ClientException(String message, Throwable cause) {
    super(message, cause);
  }
}
