package io.streamweir.schemas.codec;

/**
 * The bytes are not a record of the expected schema; the record is at fault, and a retry is
 * useless.
 */
public class UndecodableRecordException extends RuntimeException {

  private final String code;

  public UndecodableRecordException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** {@code undecodable_record}, {@code unknown_schema_id} or {@code invalid_text}. */
  public String code() {
    return code;
  }
}
