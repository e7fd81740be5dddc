package io.streamweir.gateway;

/** The gateway cannot run; the message says what to change. */
public final class GatewayException extends RuntimeException {

  public GatewayException(String message, Throwable cause) {
    super(message, cause);
  }
}
