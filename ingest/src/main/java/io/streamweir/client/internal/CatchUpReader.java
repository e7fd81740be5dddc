package io.streamweir.client.internal;

import io.streamweir.client.ClientOptions;
import io.streamweir.schemas.TokenChunk;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the token log a second time: for the streams whose subscriber was too slow, and for those
 * that are read from where they began. Each partition is read in one sweep from the oldest offset
 * that one of its streams needs. A slow one leaves when it has caught up with the live reader, any
 * one when it has ended or its buffer is full again. With no stream to serve the thread waits.
 */
final class CatchUpReader implements AutoCloseable, ConsumerLoop.Work {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final int FETCH_BYTES = 256 << 10;
  private static final long IDLE_SECONDS = 1;

  private final LongSupplier liveOffset;
  private final Function<byte[], TokenChunk> decoder;
  private final ConsumerLoop loop;
  private final AtomicBoolean started = new AtomicBoolean();
  private final LinkedBlockingQueue<FollowedStream> joining = new LinkedBlockingQueue<>();
  private final Queue<FollowedStream> newcomers = new ArrayDeque<>();
  private final Map<TopicPartition, Sweep> sweeps = new HashMap<>();

  /** Whether the consumer does not stand where the sweeps need it; kept over failures. */
  private boolean misplaced;

  CatchUpReader(
      ClientOptions options, LongSupplier liveOffset, Function<byte[], TokenChunk> decoder) {
    this.liveOffset = liveOffset;
    this.decoder = decoder;
    this.loop =
        new ConsumerLoop(
            options.clientId() + "-catch-up",
            () ->
                KafkaClients.consumer(
                    options, "catch-up", IsolationLevel.READ_UNCOMMITTED, FETCH_BYTES),
            this);
  }

  /** Any thread. */
  void join(FollowedStream stream) {
    joining.add(stream);
    if (started.compareAndSet(false, true)) {
      loop.start();
    }
    loop.wakeup();
  }

  @Override
  public void open(Consumer<byte[], byte[]> consumer) {
    sweeps.values().forEach(Sweep::forgetPosition);
    assign(consumer);
  }

  @Override
  public void turn(Consumer<byte[], byte[]> consumer) {
    admit(consumer);
    if (sweeps.isEmpty()) {
      return;
    }
    try {
      for (var record : consumer.poll(POLL)) {
        sweeps.get(new TopicPartition(record.topic(), record.partition())).offer(record, decoder);
      }
      sweeps.forEach((partition, sweep) -> sweep.reached(consumer.position(partition)));
    } catch (OffsetOutOfRangeException e) {
      var first = consumer.beginningOffsets(e.partitions());
      first.forEach((partition, offset) -> sweeps.get(partition).dropLost(offset, e));
    }
    sweeps.values().forEach(sweep -> sweep.release(liveOffset));
    misplaced |= sweeps.values().removeIf(Sweep::isEmpty) || anyUnpositioned();
    if (misplaced) {
      assign(consumer);
    }
  }

  @Override
  public void close() {
    loop.close();
  }

  /** Asks the cluster; if that fails, the newcomers are still there for next time. */
  private void admit(Consumer<byte[], byte[]> consumer) {
    for (var stream = nextNewcomer(); stream != null; stream = joining.poll()) {
      newcomers.add(stream);
    }
    for (; !newcomers.isEmpty(); newcomers.remove()) {
      misplaced |= admit(newcomers.peek(), consumer);
    }
    if (misplaced) {
      assign(consumer);
    }
  }

  /** Returns whether the reader has to move. */
  private boolean admit(FollowedStream stream, Consumer<byte[], byte[]> consumer) {
    var partition = stream.partition();
    if (stream.wantsEnd()) {
      var end = consumer.endOffsets(Set.of(partition)).get(partition);
      if (!stream.end(end)) {
        return false;
      }
    }
    return sweeps.computeIfAbsent(partition, Sweep::new).admit(stream);
  }

  private boolean anyUnpositioned() {
    return sweeps.values().stream().anyMatch(sweep -> !sweep.isPositioned());
  }

  private void assign(Consumer<byte[], byte[]> consumer) {
    consumer.assign(sweeps.keySet());
    sweeps.forEach((partition, sweep) -> consumer.seek(partition, sweep.position()));
    misplaced = false;
  }

  /** Waits for one if there is nothing else to do; bounded, so that a close is noticed. */
  private FollowedStream nextNewcomer() {
    if (!sweeps.isEmpty() || !newcomers.isEmpty()) {
      return joining.poll();
    }
    try {
      return joining.poll(IDLE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
