package io.streamweir.schemas.registry;

/** The registry did not answer: the record is not at fault, and a retry may succeed. */
public class RegistryUnavailableException extends RuntimeException {
  public RegistryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  public RegistryUnavailableException(String message) {
    super(message);
  }
}
