package io.streamweir.schemas.codec;

import org.apache.avro.specific.SpecificRecord;

/**
 * A string of the record is not UTF-8. The rest of it could be read, so that who has the identity
 * can still be answered.
 */
public final class MalformedTextException extends UndecodableRecordException {

  private final transient SpecificRecord record;

  MalformedTextException(String message, SpecificRecord record) {
    super("invalid_text", message, null);
    this.record = record;
  }

  /** The record, with U+FFFD where the bytes were wrong. */
  public SpecificRecord record() {
    return record;
  }
}
