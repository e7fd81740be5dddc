package io.streamweir.client.topics;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.ClusterUnavailableException;
import io.streamweir.client.NotDeliveredException;
import io.streamweir.client.internal.ConsumerLoop;
import io.streamweir.client.internal.KafkaClients;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic of one partition in memory: read from its start, followed, and written.
 * Thread-safe.
 *
 * @param <V> its records
 */
public final class CompactedTopic<V extends SpecificRecord>
    implements AutoCloseable, ConsumerLoop.Work {

  private static final Logger LOG = LoggerFactory.getLogger(CompactedTopic.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final long NOWHERE = -1;

  private final ClientOptions options;
  private final TopicPartition partition;
  private final AvroCodec<V> codec;
  private final java.util.function.Consumer<Map<String, V>> listener;
  private final ConsumerLoop loop;
  private final CompletableFuture<Map<String, V>> loaded = new CompletableFuture<>();
  private final TreeMap<String, V> content = new TreeMap<>();

  private volatile Map<String, V> view = Map.of();
  private boolean changed;
  private long position = NOWHERE;
  private long endAtStart;

  /** The view has every record below it. Guarded by this. */
  private long shownTo;

  private boolean closed;

  private CompactedTopic(
      ClientOptions options,
      TopicSpec topic,
      Class<V> type,
      java.util.function.Consumer<Map<String, V>> listener) {
    this.options = options.withClientId(options.clientId() + "-" + topic.name());
    this.partition = new TopicPartition(topic.name(), 0);
    this.codec =
        new AvroCodec<>(SchemaRegistries.connect(options.registryUrl()), topic.subject(), type);
    this.listener = listener;
    this.loop =
        new ConsumerLoop(
            this.options.clientId(),
            () -> KafkaClients.consumer(this.options, "reader", IsolationLevel.READ_UNCOMMITTED),
            this);
  }

  /**
   * Starts to read; does not block.
   *
   * @param listener told what the topic holds, by key, once it is loaded and after each change; on
   *     the reader's thread
   */
  public static <V extends SpecificRecord> CompactedTopic<V> open(
      ClientOptions options,
      TopicSpec topic,
      Class<V> type,
      java.util.function.Consumer<Map<String, V>> listener) {
    var opened = new CompactedTopic<>(options, topic, type, listener);
    opened.loop.start();
    return opened;
  }

  /** Completes when everything that stood on the topic at the start has been read. */
  public CompletionStage<Map<String, V>> loaded() {
    return loaded.copy();
  }

  /** What it holds, by key; unmodifiable. */
  public Map<String, V> view() {
    return view;
  }

  /**
   * Writes a record; blocks until Kafka has it and the {@link #view} shows it, or what was written
   * after it. What Kafka has is written: if the view does not show it in time, that is logged.
   *
   * @param value null deletes the key
   * @throws ClusterUnavailableException if Kafka does not answer
   * @throws NotDeliveredException if Kafka does not take it
   */
  public void write(String key, V value) {
    var bytes = value == null ? null : codec.encode(value);
    var record =
        new ProducerRecord<>(partition.topic(), key.getBytes(StandardCharsets.UTF_8), bytes);
    try (var producer = KafkaClients.producer(options)) {
      awaitShown(producer.send(record).get().offset());
    } catch (ExecutionException e) {
      throw new NotDeliveredException(partition.topic(), e.getCause());
    } catch (KafkaException e) {
      throw new ClusterUnavailableException("Cannot write " + key + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotDeliveredException(partition.topic(), e);
    }
  }

  @Override
  public void open(Consumer<byte[], byte[]> consumer) {
    consumer.assign(List.of(partition));
    var first = consumer.beginningOffsets(List.of(partition)).get(partition);
    if (position == NOWHERE) {
      endAtStart = consumer.endOffsets(List.of(partition)).get(partition);
    }
    position = Math.max(position, first);
    consumer.seek(partition, position);
  }

  @Override
  public void turn(Consumer<byte[], byte[]> consumer) {
    if (position >= endAtStart && loaded.complete(view)) {
      listener.accept(view);
    }
    try {
      var records = consumer.poll(position < endAtStart ? Duration.ofMillis(100) : POLL);
      records.forEach(record -> apply(record.key(), record.value(), record.offset()));
      position = consumer.position(partition);
      changed |= !records.isEmpty();
      if (changed && position >= endAtStart) { // what is half read is shown to nobody
        changed = false;
        view = Map.copyOf(content);
        shownTo(position);
        if (loaded.isDone()) {
          listener.accept(view);
        }
      }
    } catch (OffsetOutOfRangeException e) {
      LOG.warn("{}: offset {} is gone; it is read again from its start", partition, position);
      position = NOWHERE;
      content.clear();
      changed = true;
      open(consumer);
    }
  }

  @Override
  public void close() {
    loop.close();
    noLongerRead();
    loaded.completeExceptionally(new IllegalStateException("The reader was closed."));
  }

  private synchronized void noLongerRead() {
    closed = true;
    notifyAll();
  }

  private synchronized void shownTo(long end) {
    shownTo = end;
    notifyAll();
  }

  private synchronized void awaitShown(long offset) throws InterruptedException {
    var deadline = System.nanoTime() + options.deliveryTimeout().toNanos();
    while (shownTo <= offset && !closed) {
      var leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMs <= 0) {
        LOG.warn(
            "{}: offset {} was written, but not read within {}; Kafka does not answer",
            partition,
            offset,
            options.deliveryTimeout());
        return;
      }
      wait(leftMs);
    }
  }

  private void apply(byte[] keyBytes, byte[] value, long offset) {
    if (keyBytes == null) {
      return;
    }
    var key = new String(keyBytes, StandardCharsets.UTF_8);
    try {
      if (value == null) {
        content.remove(key);
      } else {
        content.put(key, codec.decode(value));
      }
    } catch (UndecodableRecordException e) {
      LOG.warn("{} of {}, offset {}, is ignored: {}", key, partition, offset, e.getMessage());
    }
  }
}
