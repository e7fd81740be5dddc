package io.streamweir.schemas.registry;

/** A record names a schema id that the registry does not know: the record is at fault. */
public class UnknownSchemaException extends RuntimeException {
  public UnknownSchemaException(String message, Throwable cause) {
    super(message, cause);
  }

  public UnknownSchemaException(String message) {
    super(message);
  }
}
