package io.streamweir.client.internal;

import io.streamweir.client.BrokenStreamException;
import io.streamweir.client.ClientOptions;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the client's partition of the token log at its end and feeds the streams. */
final class LiveReader implements AutoCloseable, ConsumerLoop.Work {

  private static final Logger LOG = LoggerFactory.getLogger(LiveReader.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final long FROM_THE_END = -1;

  private final TopicPartition partition;
  private final Map<RequestKey, FollowedStream> streams;
  private final Function<byte[], TokenChunk> decoder;
  private final ConsumerLoop loop;
  private final AtomicBoolean started = new AtomicBoolean();
  private final CompletableFuture<Void> positioned = new CompletableFuture<>();

  /** Of the record that is handled now or was last; written before the record is offered. */
  private volatile long offset = FROM_THE_END;

  private long position = FROM_THE_END;

  LiveReader(
      ClientOptions options,
      TopicPartition partition,
      Map<RequestKey, FollowedStream> streams,
      Function<byte[], TokenChunk> decoder) {
    this.partition = partition;
    this.streams = streams;
    this.decoder = decoder;
    this.loop =
        new ConsumerLoop(
            options.clientId() + "-tokens",
            () -> KafkaClients.consumer(options, "tokens", IsolationLevel.READ_UNCOMMITTED),
            this);
  }

  CompletableFuture<Void> start() {
    if (started.compareAndSet(false, true)) {
      loop.start();
    }
    return positioned;
  }

  long offset() {
    return offset;
  }

  @Override
  public void open(Consumer<byte[], byte[]> consumer) {
    consumer.assign(List.of(partition));
    if (position == FROM_THE_END) {
      goToEnd(consumer);
    } else {
      consumer.seek(partition, position);
    }
    if (positioned.complete(null)) {
      LOG.info("Reading {} from offset {}", partition, position);
    }
  }

  @Override
  public void turn(Consumer<byte[], byte[]> consumer) {
    try {
      for (var record : consumer.poll(POLL)) {
        offer(record);
        position = record.offset() + 1;
      }
    } catch (OffsetOutOfRangeException e) {
      LOG.warn("{}: offset {} is gone; all streams on it break", partition, position, e);
      goToEnd(consumer);
      for (var stream : streams.values()) {
        stream.fail(
            new BrokenStreamException(
                "Records of "
                    + partition
                    + " are gone that the stream of "
                    + stream.key()
                    + " needs (retention or a truncated topic). Await the result instead.",
                e));
      }
    }
  }

  @Override
  public void close() {
    loop.close();
    positioned.completeExceptionally(new IllegalStateException("The client was closed."));
  }

  private void goToEnd(Consumer<byte[], byte[]> consumer) {
    consumer.seekToEnd(List.of(partition));
    position = consumer.position(partition);
    offset = position - 1;
  }

  private void offer(ConsumerRecord<byte[], byte[]> record) {
    offset = record.offset();
    var key = RecordKeys.of(record);
    var stream = key == null ? null : streams.get(key);
    if (stream != null) {
      stream.offer(FollowedStream.Feed.LIVE, record.offset(), record.value(), decoder);
    }
  }
}
