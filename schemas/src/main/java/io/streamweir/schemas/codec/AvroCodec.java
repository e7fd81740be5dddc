package io.streamweir.schemas.codec;

import io.streamweir.schemas.registry.SchemaRegistry;
import io.streamweir.schemas.registry.UnknownSchemaException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Turns records of one schema into bytes and back, in the Confluent wire format: a zero byte, the
 * schema id as four bytes big-endian, the record in Avro binary. What was written with another
 * version of the schema is resolved to ours.
 *
 * <p>Thread-safe.
 */
public final class AvroCodec<T extends SpecificRecord> {

  private static final byte MAGIC = 0;
  private static final int HEADER_BYTES = 5;

  private final SchemaRegistry registry;
  private final String subject;
  private final Schema schema;
  private final SpecificDatumWriter<T> writer;
  private final Map<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  /** Encoder and buffer of one thread: reusable, not shareable. */
  private static final class Scratch {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    BinaryEncoder encoder;
  }

  /**
   * @param subject where the schema is registered, see {@link
   *     io.streamweir.schemas.Topics#subjectOf}
   */
  public AvroCodec(SchemaRegistry registry, String subject, Class<T> type) {
    this.registry = registry;
    this.subject = subject;
    this.schema = SpecificData.get().getSchema(type);
    this.writer = new SpecificDatumWriter<>(schema);
  }

  /**
   * Asks the registry now for what it takes to write records, and to read those of our own version,
   * so that no later call for them waits for it.
   *
   * @return this
   * @throws io.streamweir.schemas.registry.RegistryUnavailableException if it does not answer
   */
  public AvroCodec<T> prepared() {
    reader(registry.idOf(subject, schema));
    return this;
  }

  /** The record in the wire format. */
  public byte[] encode(T value) {
    var id = registry.idOf(subject, schema);
    var local = scratch.get();
    local.bytes.reset();
    local.bytes.write(MAGIC);
    local.bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
    try {
      local.encoder = EncoderFactory.get().directBinaryEncoder(local.bytes, local.encoder);
      writer.write(value, local.encoder);
      return local.bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
  }

  /**
   * The record that the bytes hold.
   *
   * @throws UndecodableRecordException if they hold none, or name an unknown schema
   * @throws MalformedTextException if they hold one with a string that is not UTF-8
   * @throws io.streamweir.schemas.registry.RegistryUnavailableException if the schema could not be
   *     asked for
   */
  public T decode(byte[] bytes) {
    if (bytes == null || bytes.length < HEADER_BYTES || bytes[0] != MAGIC) {
      throw new UndecodableRecordException(
          "undecodable_record",
          "The value ("
              + (bytes == null ? "null" : bytes.length + " bytes")
              + ") does not start with the Confluent header (byte 0, four bytes of schema id). Produce "
              + schema.getFullName()
              + " with an Avro serializer that uses the schema registry.",
          null);
    }
    var reader = reader(ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt());
    var decoder = new BoundedDecoder(bytes, HEADER_BYTES);
    try {
      var record = reader.read(null, decoder);
      if (decoder.malformedTextAt() >= 0) {
        throw new MalformedTextException(
            "The text that begins at byte "
                + decoder.malformedTextAt()
                + " of the value is not UTF-8. Encode text as UTF-8 before it goes into Avro.",
            record);
      }
      return record;
    } catch (MalformedTextException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new UndecodableRecordException(
          "undecodable_record",
          "The value is no " + schema.getFullName() + " of the schema that it names: " + e,
          e);
    }
  }

  private SpecificDatumReader<T> reader(int id) {
    var known = readers.get(id);
    if (known != null) {
      return known;
    }
    try {
      var reader = new SpecificDatumReader<T>(registry.schemaOf(id), schema);
      readers.put(id, reader);
      return reader;
    } catch (UnknownSchemaException e) {
      throw new UndecodableRecordException("unknown_schema_id", e.getMessage(), e);
    } catch (AvroRuntimeException e) {
      throw new UndecodableRecordException(
          "unknown_schema_id", "Schema id " + id + " is not an Avro schema: " + e.getMessage(), e);
    }
  }
}
