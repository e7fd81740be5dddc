package io.streamweir.inference.operator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records as bytes of the operator's state: one byte of version, then Avro binary in the schema of
 * that version.
 *
 * <p>The schemas of all versions lie beside this class as {@code <record>-<version>.avsc}. A field
 * that is new has a default and makes a new version, so a release reads the state of all before it.
 *
 * <p>Not thread-safe.
 */
final class StateCodec<T extends SpecificRecord> {

  private final String what;
  private final SpecificDatumWriter<T> writer;
  private final List<SpecificDatumReader<T>> readers = new ArrayList<>();

  /**
   * @param what the records are, in the plural, for messages
   * @param version that is written, the newest; 1 is the first
   */
  StateCodec(String what, Class<T> type, int version) {
    this.what = what;
    this.writer = new SpecificDatumWriter<>(type);
    var current = SpecificData.get().getSchema(type);
    for (int v = 1; v <= version; v++) {
      readers.add(new SpecificDatumReader<>(schema(type, v), current));
    }
  }

  /** The schema of a version, as it lies beside this class. */
  static Schema schema(Class<? extends SpecificRecord> type, int version) {
    var name = type.getSimpleName() + "-" + version + ".avsc";
    try (var file = StateCodec.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException(
            "There is no " + name + " beside " + StateCodec.class.getName());
      }
      return new Schema.Parser().parse(file);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read from the class path", e);
    }
  }

  byte[] encode(T state) {
    var bytes = new ByteArrayOutputStream();
    bytes.write(readers.size());
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
    var version = bytes[0];
    if (version < 1 || version > readers.size()) {
      throw new IllegalStateException(
          "The state has "
              + what
              + " in format version "
              + version
              + ", this release reads versions 1 to "
              + readers.size()
              + ". Start the job with the release that took the savepoint, or a later one.");
    }
    return readers
        .get(version - 1)
        .read(null, DecoderFactory.get().binaryDecoder(bytes, 1, bytes.length - 1, null));
  }
}
