package io.streamweir.router.source;

import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Decodes source records.
 *
 * <p>Asynchronous for one reason only: a record with a schema that was not seen before waits for
 * the registry, and its neighbours do not. What waits is in the state of the operator. If the
 * registry stays away for longer than the timeout of the operator, the job restarts and the records
 * wait again; none is given up for it.
 *
 * @param <T> what the records hold
 * @param <R> what is made of them
 */
public abstract class DecodingFunction<T extends SpecificRecord, R>
    extends RichAsyncFunction<SourceRecord, R> {

  private static final long serialVersionUID = 1L;

  private final String registryUrl;
  private final Duration patience;
  private final String subject;
  private final Class<T> type;

  private transient SchemaResolver resolver;
  private transient AvroCodec<T> codec;
  private transient int ownSchemaId;

  /**
   * @param patience the timeout of the operator, for its message
   */
  protected DecodingFunction(String registryUrl, Duration patience, String subject, Class<T> type) {
    this.registryUrl = registryUrl;
    this.patience = patience;
    this.subject = subject;
    this.type = type;
  }

  /**
   * Decodes a record whose schema is known. May run on another thread than the task's, several at a
   * time.
   *
   * @return none or one
   * @throws UndecodableRecordException if it cannot be
   */
  protected abstract List<R> decode(SourceRecord record, AvroCodec<T> codec);

  /** What is made of a record that cannot be decoded: none or one. */
  protected abstract List<R> undecodable(SourceRecord record, UndecodableRecordException reason);

  @Override
  public void open(OpenContext context) throws Exception {
    var registry = SchemaRegistries.connect(registryUrl);
    codec = new AvroCodec<>(registry, subject, type);
    ownSchemaId = registry.idOf(subject, schema());
    registry.schemaOf(ownSchemaId);
    resolver = new SchemaResolver(registry, ownSchemaId);
  }

  @Override
  public void close() throws Exception {
    if (resolver != null) {
      resolver.close();
    }
  }

  @Override
  public final void asyncInvoke(SourceRecord record, ResultFuture<R> result) {
    var schemaId = schemaId(record);
    if (schemaId.isEmpty() || resolver.knows(schemaId.getAsInt())) {
      result.complete(decodeNow(record));
      return;
    }
    resolver
        .resolve(schemaId.getAsInt())
        .thenApply(known -> decodeNow(record))
        .exceptionally(error -> withoutSchema(record, error))
        .whenComplete(
            (decoded, error) -> {
              if (error == null) {
                result.complete(decoded);
              } else {
                result.completeExceptionally(error);
              }
            });
  }

  @Override
  public final void timeout(SourceRecord record, ResultFuture<R> result) {
    result.completeExceptionally(
        new IllegalStateException(
            "The schema registry at "
                + registryUrl
                + " has not told the schema of record "
                + record
                + " for "
                + patience
                + " (registry.patience). The job restarts and reads the record again; check the"
                + " registry."));
  }

  /** Whether the record was written with this program's version of the schema. */
  protected final boolean isOwnSchema(SourceRecord record) {
    var schemaId = schemaId(record);
    return schemaId.isPresent() && schemaId.getAsInt() == ownSchemaId;
  }

  private List<R> decodeNow(SourceRecord record) {
    try {
      return decode(record, codec);
    } catch (UndecodableRecordException e) {
      return undecodable(record, e);
    }
  }

  private List<R> withoutSchema(SourceRecord record, Throwable error) {
    var cause = error instanceof CompletionException ? error.getCause() : error;
    if (cause instanceof UndecodableRecordException undecodable) {
      return undecodable(record, undecodable);
    }
    throw new CompletionException(cause);
  }

  private Schema schema() {
    return SpecificData.get().getSchema(type);
  }

  /** The schema that the Confluent header names; a record without that header needs none. */
  private static OptionalInt schemaId(SourceRecord record) {
    var value = record.value;
    return value == null || value.length < 1 + Integer.BYTES || value[0] != 0
        ? OptionalInt.empty()
        : OptionalInt.of(ByteBuffer.wrap(value, 1, Integer.BYTES).getInt());
  }
}
