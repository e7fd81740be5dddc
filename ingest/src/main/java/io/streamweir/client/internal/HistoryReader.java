package io.streamweir.client.internal;

import io.streamweir.client.ClientOptions;
import io.streamweir.schemas.TokenChunk;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;

/**
 * Reads what lies far behind the end of the token log. Streams that need about the same stretch are
 * read together, in a {@link Sweep}; the sweeps take turns and their number is bounded, so that one
 * stream's long way is not another's wait. Streams that have come near the end are handed over.
 */
final class HistoryReader implements AutoCloseable, ConsumerLoop.Work {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int MOST_SWEEPS = 8;

  private final LongSupplier liveOffset;
  private final Function<byte[], TokenChunk> decoder;
  private final java.util.function.Consumer<FollowedStream> nearEnd;
  private final StreamLoop loop;
  private final Sweeps sweeps = new Sweeps(MOST_SWEEPS, CatchUpReader.NEAR_RECORDS);

  /**
   * @param nearEnd takes a stream that has no more than {@link CatchUpReader#NEAR_RECORDS} to go
   */
  HistoryReader(
      ClientOptions options,
      LongSupplier liveOffset,
      Function<byte[], TokenChunk> decoder,
      java.util.function.Consumer<FollowedStream> nearEnd) {
    this.liveOffset = liveOffset;
    this.decoder = decoder;
    this.nearEnd = nearEnd;
    this.loop = new StreamLoop(options, "history", this);
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
    sweeps.admit(loop.take(sweeps.isEmpty()));
    if (sweeps.isEmpty()) {
      return;
    }
    var sweep = sweeps.first();
    read(sweep, consumer);
    sweep.release(liveOffset);
    var left = consumer.currentLag(sweep.partition());
    if (left.isPresent() && left.getAsLong() <= CatchUpReader.NEAR_RECORDS) {
      sweep.disband().forEach(nearEnd);
    }
    sweeps.next();
  }

  @Override
  public void close() {
    loop.close();
  }

  private void read(Sweep sweep, Consumer<byte[], byte[]> consumer) {
    Sweep.place(consumer, List.of(sweep));
    var begin = System.nanoTime();
    try {
      do {
        consumer.poll(POLL).forEach(record -> sweep.offer(record, decoder));
        sweep.reached(consumer.position(sweep.partition()));
      } while (System.nanoTime() - begin < TURN_NANOS);
    } catch (OffsetOutOfRangeException e) {
      sweep.dropLost(consumer.beginningOffsets(e.partitions()).get(sweep.partition()), e);
    }
  }
}
