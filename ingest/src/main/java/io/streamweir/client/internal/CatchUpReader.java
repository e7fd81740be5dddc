package io.streamweir.client.internal;

import io.streamweir.client.BrokenStreamException;
import io.streamweir.client.ClientOptions;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * Reads the token log a second time for the streams whose subscriber was too slow, all of them in
 * one sweep from the oldest offset that one needs. A stream leaves when it has caught up with the
 * live reader, or when its buffer is full again. With no stream to serve the thread waits.
 */
final class CatchUpReader implements AutoCloseable, ConsumerLoop.Work {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final int FETCH_BYTES = 256 << 10;
  private static final long IDLE_SECONDS = 1;
  private static final long UNKNOWN = -1;

  private final TopicPartition partition;
  private final LongSupplier liveOffset;
  private final Function<byte[], TokenChunk> decoder;
  private final ConsumerLoop loop;
  private final AtomicBoolean started = new AtomicBoolean();
  private final LinkedBlockingQueue<FollowedStream> joining = new LinkedBlockingQueue<>();
  private final Map<RequestKey, FollowedStream> served = new HashMap<>();
  private long position = UNKNOWN;

  CatchUpReader(
      ClientOptions options,
      TopicPartition partition,
      LongSupplier liveOffset,
      Function<byte[], TokenChunk> decoder) {
    this.partition = partition;
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
    consumer.assign(List.of(partition));
    position = UNKNOWN;
  }

  @Override
  public void turn(Consumer<byte[], byte[]> consumer) {
    admit(consumer);
    if (served.isEmpty()) {
      return;
    }
    try {
      for (var record : consumer.poll(POLL)) {
        var key = RecordKeys.of(record);
        var stream = key == null ? null : served.get(key);
        if (stream != null) {
          stream.offer(FollowedStream.Feed.CATCH_UP, record.offset(), record.value(), decoder);
        }
        position = record.offset() + 1;
      }
    } catch (OffsetOutOfRangeException e) {
      dropLost(consumer, e);
      return;
    }
    served.values().removeIf(stream -> !stream.staysInCatchUp(position, liveOffset));
  }

  @Override
  public void close() {
    loop.close();
  }

  /** Goes back to the oldest offset that a newcomer needs; the others ignore what they know. */
  private void admit(Consumer<byte[], byte[]> consumer) {
    var fresh = served.isEmpty() || position == UNKNOWN;
    var needed = Long.MAX_VALUE;
    for (var stream = nextNewcomer(); stream != null; stream = nextNewcomer()) {
      served.put(stream.key(), stream);
      needed = Math.min(needed, stream.admitToCatchUp());
    }
    if (fresh) {
      for (var stream : served.values()) {
        needed = Math.min(needed, stream.nextOffset());
      }
    }
    if (needed != Long.MAX_VALUE && (fresh || needed < position)) {
      consumer.seek(partition, needed);
      position = needed;
    }
  }

  /** Waits for one if there is nothing else to do; bounded, so that a close is noticed. */
  private FollowedStream nextNewcomer() {
    if (!served.isEmpty()) {
      return joining.poll();
    }
    try {
      return joining.poll(IDLE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private void dropLost(Consumer<byte[], byte[]> consumer, OffsetOutOfRangeException cause) {
    var first = consumer.beginningOffsets(List.of(partition)).get(partition);
    served
        .values()
        .removeIf(
            stream -> {
              var lost = stream.nextOffset() < first;
              if (lost) {
                stream.fail(
                    new BrokenStreamException(
                        "The subscriber to "
                            + stream.key()
                            + " was so slow that its tokens, at offset "
                            + stream.nextOffset()
                            + " of "
                            + partition
                            + ", are gone by the topic's retention (it begins at "
                            + first
                            + "). Await the result instead.",
                        cause));
              }
              return lost;
            });
    position = UNKNOWN;
  }
}
