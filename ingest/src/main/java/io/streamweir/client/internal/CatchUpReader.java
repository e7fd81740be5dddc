package io.streamweir.client.internal;

import io.streamweir.client.ClientOptions;
import io.streamweir.schemas.TokenChunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the token log a second time: for the streams whose subscriber was too slow, and for those
 * that are read from where they began. This reader stays near the end of the log, with one {@link
 * Sweep} a partition: nobody waits for it longer than {@link #NEAR_RECORDS} take to read. What lies
 * further back is left to the {@link HistoryReader}. A slow stream leaves when it has caught up
 * with the live reader, any one when it has ended or its buffer is full again. With no stream to
 * serve the thread waits.
 */
final class CatchUpReader implements AutoCloseable, ConsumerLoop.Work {

  /** Whoever needs nothing older than so many records before the end is near it. */
  static final long NEAR_RECORDS = 10_000;

  private static final Duration POLL = Duration.ofMillis(100);

  private final LongSupplier liveOffset;
  private final Function<byte[], TokenChunk> decoder;
  private final StreamLoop loop;
  private final HistoryReader history;
  private final List<FollowedStream> newcomers = new ArrayList<>();
  private final Map<TopicPartition, Sweep> sweeps = new HashMap<>();

  CatchUpReader(
      ClientOptions options, LongSupplier liveOffset, Function<byte[], TokenChunk> decoder) {
    this.liveOffset = liveOffset;
    this.decoder = decoder;
    this.loop = new StreamLoop(options, "catch-up", this);
    this.history = new HistoryReader(options, liveOffset, decoder, loop::join);
  }

  /** Any thread. */
  void join(FollowedStream stream) {
    loop.join(stream);
  }

  @Override
  public void open(Consumer<byte[], byte[]> consumer) {
    // Each turn goes where it has to.
  }

  @Override
  public void turn(Consumer<byte[], byte[]> consumer) {
    newcomers.addAll(loop.take(sweeps.isEmpty() && newcomers.isEmpty()));
    if (!newcomers.isEmpty()) {
      admitNewcomers(consumer);
    }
    if (sweeps.isEmpty()) {
      return;
    }
    Sweep.place(consumer, sweeps.values());
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
    sweeps.values().removeIf(Sweep::isEmpty);
  }

  @Override
  public void close() {
    loop.close();
    history.close();
  }

  /** Asks the cluster; if that fails, the newcomers are still there for next time. */
  private void admitNewcomers(Consumer<byte[], byte[]> consumer) {
    var ends =
        consumer.endOffsets(
            newcomers.stream().map(FollowedStream::partition).collect(Collectors.toSet()));
    newcomers.forEach(stream -> admit(stream, ends.get(stream.partition())));
    newcomers.clear();
  }

  private void admit(FollowedStream stream, long end) {
    if (stream.wantsEnd() && !stream.end(end)) {
      return;
    }
    if (end - stream.nextOffset() > NEAR_RECORDS) {
      history.join(stream);
    } else {
      sweeps
          .computeIfAbsent(
              stream.partition(),
              partition -> new Sweep(FollowedStream.Feed.CATCH_UP, partition, stream.nextOffset()))
          .admit(stream, end);
    }
  }
}
