package io.streamweir.client.internal;

import io.streamweir.client.ClientOptions;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds the results that somebody awaits, committed ones only.
 *
 * <p>One consumer reads the partitions in which an awaited result will stand, each from the time
 * from which it can be there; a newcomer that needs an older time turns the partition back. With
 * nothing awaited the thread waits. Thread-safe.
 */
public final class ResultReader implements AutoCloseable, ConsumerLoop.Work {

  /** Clocks of producers may run ahead of those that write results. */
  private static final Duration CLOCK_SLACK = Duration.ofMinutes(1);

  private static final Duration POLL = Duration.ofMillis(200);
  private static final long IDLE_SECONDS = 1;

  private record Awaited(
      RequestKey key, Instant notBefore, CompletableFuture<InferenceResult> result) {}

  private final AvroCodec<InferenceResult> codec;
  private final ConsumerLoop loop;
  private final AtomicBoolean started = new AtomicBoolean();
  private final LinkedBlockingQueue<Awaited> joining = new LinkedBlockingQueue<>();
  private final List<Awaited> newcomers = new ArrayList<>();
  private final Map<RequestKey, List<Awaited>> awaited = new HashMap<>();

  /** Where to read on, for each partition that somebody needs. */
  private final Map<TopicPartition, Long> positions = new HashMap<>();

  public ResultReader(ClientOptions options, AvroCodec<InferenceResult> codec) {
    this.codec = codec;
    this.loop =
        new ConsumerLoop(
            options.clientId() + "-results",
            () -> KafkaClients.consumer(options, "results", IsolationLevel.READ_COMMITTED),
            this);
  }

  /**
   * The result of a request, whenever it is committed.
   *
   * @param notBefore the result is not older than this; {@link Instant#MIN} reads the whole topic
   */
  public CompletableFuture<InferenceResult> await(RequestKey key, Instant notBefore) {
    var future = new CompletableFuture<InferenceResult>();
    joining.add(new Awaited(key, notBefore, future));
    if (started.compareAndSet(false, true)) {
      loop.start();
    }
    loop.wakeup();
    return future;
  }

  @Override
  public void open(Consumer<byte[], byte[]> consumer) {
    assign(consumer);
  }

  @Override
  public void turn(Consumer<byte[], byte[]> consumer) {
    takeNewcomers();
    if (!newcomers.isEmpty()) {
      admit(consumer);
    }
    if (positions.isEmpty()) {
      return;
    }
    try {
      for (var record : consumer.poll(POLL)) {
        settle(record);
        positions.replace(
            new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
      }
    } catch (OffsetOutOfRangeException e) {
      positions.putAll(consumer.beginningOffsets(e.partitions()));
      assign(consumer);
    }
    forgetAbandoned(consumer);
  }

  @Override
  public void close() {
    loop.close();
    var waiting = new ArrayList<>(joining);
    waiting.addAll(newcomers);
    awaited.values().forEach(waiting::addAll);
    for (var one : waiting) {
      one.result.completeExceptionally(
          new IllegalStateException("The client was closed before the result of " + one.key));
    }
  }

  private void takeNewcomers() {
    try {
      var idle = positions.isEmpty() && newcomers.isEmpty();
      var first = idle ? joining.poll(IDLE_SECONDS, TimeUnit.SECONDS) : null;
      if (first != null) {
        newcomers.add(first);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    joining.drainTo(newcomers);
  }

  /**
   * Asks the cluster several things; if that fails, the newcomers are still there for next time.
   */
  private void admit(Consumer<byte[], byte[]> consumer) {
    var partitions = consumer.partitionsFor(Topics.RESULTS.name()).size();
    var since = new HashMap<TopicPartition, Long>();
    for (var newcomer : newcomers) {
      since.merge(
          new TopicPartition(Topics.RESULTS.name(), newcomer.key.partition(partitions)),
          timestamp(newcomer.notBefore),
          Math::min);
    }
    // The end first: a result that is written between the two questions must not be skipped.
    var ends = consumer.endOffsets(since.keySet());
    var found = consumer.offsetsForTimes(since);
    for (var partition : since.keySet()) {
      var match = found.get(partition);
      var from = match == null ? ends.get(partition) : match.offset();
      positions.merge(partition, from, Math::min);
    }
    for (var newcomer : newcomers) {
      awaited.computeIfAbsent(newcomer.key, key -> new ArrayList<>()).add(newcomer);
    }
    newcomers.clear();
    assign(consumer);
  }

  private static long timestamp(Instant notBefore) {
    return notBefore.isBefore(Instant.EPOCH.plus(CLOCK_SLACK))
        ? 0
        : notBefore.minus(CLOCK_SLACK).toEpochMilli();
  }

  private void assign(Consumer<byte[], byte[]> consumer) {
    consumer.assign(positions.keySet());
    positions.forEach(consumer::seek);
  }

  private void settle(ConsumerRecord<byte[], byte[]> record) {
    var key = RecordKeys.of(record);
    var waiting = key == null ? null : awaited.remove(key);
    if (waiting == null) {
      return;
    }
    try {
      var result = codec.decode(record.value());
      waiting.forEach(one -> one.result.complete(result));
    } catch (UndecodableRecordException e) {
      waiting.forEach(one -> one.result.completeExceptionally(e));
    }
  }

  /** Drops whom nobody waits for any more, and with the last one all positions. */
  private void forgetAbandoned(Consumer<byte[], byte[]> consumer) {
    awaited
        .values()
        .removeIf(
            waiting -> {
              waiting.removeIf(one -> one.result.isDone());
              return waiting.isEmpty();
            });
    if (awaited.isEmpty()) {
      positions.clear();
      assign(consumer);
    }
  }
}
