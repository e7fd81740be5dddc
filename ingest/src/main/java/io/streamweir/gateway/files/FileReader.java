package io.streamweir.gateway.files;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.ClusterUnavailableException;
import io.streamweir.client.internal.KafkaClients;
import io.streamweir.client.internal.RecordKeys;
import io.streamweir.schemas.FileChunk;
import io.streamweir.schemas.FileSpan;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the chunks of a file in order; chunks of other files that lie between them are passed over.
 * Blocks on Kafka. Not thread-safe, but not bound to a thread.
 */
public final class FileReader implements AutoCloseable {

  /** A few chunks; a fetch brings one record at least, however large. */
  private static final int FETCH_BYTES = 1 << 20;

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private final Consumer<byte[], byte[]> consumer;
  private final AvroCodec<FileChunk> codec;
  private final RequestKey key;
  private final FileSpan span;
  private Iterator<ConsumerRecord<byte[], byte[]>> fetched = Collections.emptyIterator();
  private long position;

  FileReader(ClientOptions options, AvroCodec<FileChunk> codec, RequestKey key, FileSpan span) {
    this.codec = codec;
    this.key = key;
    this.span = span;
    this.position = span.getFirstOffset();
    this.consumer =
        KafkaClients.consumer(options, "file", IsolationLevel.READ_COMMITTED, FETCH_BYTES);
    var partition = new TopicPartition(Topics.FILE_CHUNKS.name(), span.getPartition());
    consumer.assign(List.of(partition));
    consumer.seek(partition, position);
  }

  /**
   * The next chunk; empty behind the last one.
   *
   * @throws FileGoneException if the log does not hold it
   * @throws ClusterUnavailableException if Kafka does not answer for half a minute
   */
  public Optional<FileChunk> next() {
    var last = System.nanoTime();
    while (position < span.getEndOffset()) {
      if (!fetched.hasNext()) {
        fetched = poll();
        if (!fetched.hasNext() && System.nanoTime() - last > SILENCE.toNanos()) {
          throw new ClusterUnavailableException(
              "The content of file " + key + " could not be read: Kafka does not answer.", null);
        }
        continue;
      }
      var chunk = fetched.next();
      position = chunk.offset() + 1;
      last = System.nanoTime();
      if (key.equals(RecordKeys.of(chunk))) {
        return Optional.of(codec.decode(chunk.value()));
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    consumer.close();
  }

  private Iterator<ConsumerRecord<byte[], byte[]>> poll() {
    try {
      return consumer.poll(POLL).iterator();
    } catch (OffsetOutOfRangeException e) {
      throw new FileGoneException(key.toString(), e);
    }
  }
}
