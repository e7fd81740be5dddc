package io.streamweir.schemas.registry;

/** The registry refuses a schema because it breaks readers or writers of earlier versions. */
public class IncompatibleSchemaException extends RuntimeException {
  public IncompatibleSchemaException(String message, Throwable cause) {
    super(message, cause);
  }

  public IncompatibleSchemaException(String message) {
    super(message);
  }
}
