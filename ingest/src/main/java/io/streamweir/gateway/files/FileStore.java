package io.streamweir.gateway.files;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.internal.RecordSender;
import io.streamweir.schemas.FileChunk;
import io.streamweir.schemas.FileRecord;
import io.streamweir.schemas.FileSpan;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * The contents of files, in chunks on a topic. So any gateway has every file, on any machine, with
 * the replicas and the retention that Kafka gives it. A file exists when its record is there, which
 * is written after its last chunk; chunks without a record are nobody's. Thread-safe.
 */
public final class FileStore implements AutoCloseable {

  /** Largest content of a chunk, bytes. */
  public static final int CHUNK_BYTES = 512 << 10;

  private final ClientOptions options;
  private final RecordSender sender;
  private final AvroCodec<FileChunk> chunks;
  private final AvroCodec<FileRecord> records;
  private final AtomicInteger readers = new AtomicInteger();

  private FileStore(ClientOptions options) {
    var registry = SchemaRegistries.connect(options.registryUrl());
    this.options = options.withClientId(options.clientId() + "-files");
    this.chunks = new AvroCodec<>(registry, Topics.FILE_CHUNKS.subject(), FileChunk.class);
    this.records = new AvroCodec<>(registry, Topics.FILES.subject(), FileRecord.class);
    this.sender = new RecordSender(this.options);
  }

  /** Does not block. */
  public static FileStore open(ClientOptions options) {
    return new FileStore(options);
  }

  /** The key of a file on both topics. */
  public static RequestKey keyOf(FileRecord file) {
    return new RequestKey(file.getTenant(), file.getFileId());
  }

  /**
   * Appends a chunk to a file.
   *
   * @param content at most {@link #CHUNK_BYTES}
   * @return completes when Kafka has it; exceptionally with a {@link
   *     io.streamweir.client.ClientException}
   */
  CompletionStage<RecordMetadata> append(RequestKey file, byte[] content) {
    return sender.send(Topics.FILE_CHUNKS.name(), file, encode(content, List.of()));
  }

  /**
   * Makes a file known, or changes what is known of it.
   *
   * @return completes when Kafka has it; exceptionally with a {@link
   *     io.streamweir.client.ClientException}
   */
  CompletionStage<Void> put(FileRecord file) {
    return sender.send(Topics.FILES.name(), keyOf(file), encode(file)).thenApply(metadata -> null);
  }

  /** A chunk as a value of its topic. */
  public byte[] encode(byte[] content, List<Integer> lines) {
    return chunks.encode(new FileChunk(ByteBuffer.wrap(content), lines));
  }

  /** A file as a value of its topic. */
  public byte[] encode(FileRecord file) {
    return records.encode(file);
  }

  /** Begins to read the content of a file; the reader is to be closed. */
  public FileReader read(RequestKey file, FileSpan span) {
    var named = options.withClientId(options.clientId() + "-" + readers.incrementAndGet());
    return new FileReader(named, chunks, file, span);
  }

  @Override
  public void close() {
    sender.close();
  }
}
