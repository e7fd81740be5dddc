package io.streamweir.client;

/** The log does not hold a stream any more. Its result may still be there: await that instead. */
public final class StreamGoneException extends ClientException {

  public StreamGoneException(String message, Throwable cause) {
    super(message, cause);
  }
}
