package io.streamweir.inference.operator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records as bytes of the operator's state: one byte of format version, then Avro binary.
 *
 * <p>Not thread-safe.
 */
final class StateCodec<T extends SpecificRecord> {

  private static final byte VERSION = 1;

  private final String what;
  private final SpecificDatumWriter<T> writer;
  private final SpecificDatumReader<T> reader;

  /**
   * @param what the records are, in the plural, for messages
   */
  StateCodec(String what, Class<T> type) {
    this.what = what;
    this.writer = new SpecificDatumWriter<>(type);
    this.reader = new SpecificDatumReader<>(type);
  }

  byte[] encode(T state) {
    var bytes = new ByteArrayOutputStream();
    bytes.write(VERSION);
    try {
      writer.write(state, EncoderFactory.get().directBinaryEncoder(bytes, null));
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalStateException if a later release wrote them
   */
  T decode(byte[] bytes) throws IOException {
    if (bytes[0] != VERSION) {
      throw new IllegalStateException(
          "The state has "
              + what
              + " in format version "
              + bytes[0]
              + ", this release reads version "
              + VERSION
              + ". Start the job with the release that took the savepoint, or a later one.");
    }
    return reader.read(null, DecoderFactory.get().binaryDecoder(bytes, 1, bytes.length - 1, null));
  }
}
