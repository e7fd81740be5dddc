package io.streamweir.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.client.BrokenStreamException;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.support.Chunks;
import io.streamweir.support.Collector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FollowedStreamTest {

  private static final RequestKey KEY = new RequestKey("t", "r");
  private static final TopicPartition PARTITION = new TopicPartition("weir.tokens", 2);
  private static final int TOKENS = 40;

  /** Room for about four chunks. */
  private static final int BUFFER_BYTES = 800;

  private final List<FollowedStream> lagging = new ArrayList<>();
  private final List<FollowedStream> closed = new ArrayList<>();
  private final FollowedStream stream =
      FollowedStream.live(
          KEY,
          PARTITION,
          Runnable::run,
          BUFFER_BYTES,
          new FollowedStream.Owner() {
            @Override
            public void lagging(FollowedStream stream) {
              lagging.add(stream);
            }

            @Override
            public void closed(FollowedStream stream) {
              closed.add(stream);
            }
          });

  @Test
  void shouldDeliverOnlyWhatWasRequested() {
    var collector = Collector.patient();
    stream.subscribe(collector);
    feed(FollowedStream.Feed.LIVE, 0, 3);

    assertThat(collector.chunks()).isEmpty();
    collector.request(2);
    assertThat(collector.chunks()).hasSize(2);
    collector.request(5);
    assertThat(collector.chunks()).hasSize(3);
  }

  @Test
  void shouldKeepWhatComesBeforeTheSubscriber() throws Exception {
    feed(FollowedStream.Feed.LIVE, TOKENS - 1, TOKENS + 1);
    // The stream begins with token 39: a gap, which the subscriber must be told.
    var collector = Collector.eager();
    stream.subscribe(collector);

    assertThatThrownBy(collector::await).hasCauseInstanceOf(BrokenStreamException.class);
    assertThat(closed).containsExactly(stream);
  }

  @Test
  void shouldLetTheLogRunPastWhenTheBufferIsFull() {
    var collector = Collector.patient();
    stream.subscribe(collector);

    feed(FollowedStream.Feed.LIVE, 0, TOKENS);

    assertThat(stream.nextOffset()).isBetween(2L, 8L);
    assertThat(lagging).isEmpty();
  }

  @Test
  void shouldAskForCatchUpWhenTheSubscriberWantsMoreThanIsBuffered() throws Exception {
    var collector = Collector.patient();
    stream.subscribe(collector);
    feed(FollowedStream.Feed.LIVE, 0, TOKENS + 1);

    collector.request(Long.MAX_VALUE);
    assertThat(lagging).containsExactly(stream);
    assertThat(collector.ended()).isFalse();
    feed(FollowedStream.Feed.LIVE, 0, TOKENS + 1);
    assertThat(collector.ended()).as("the live reader does not feed it any more").isFalse();
    stream.admitTo(FollowedStream.Feed.CATCH_UP);
    feed(FollowedStream.Feed.CATCH_UP, 0, TOKENS + 1);

    assertThat(collector.await().text()).isEqualTo(Chunks.text(TOKENS));
  }

  @Test
  void shouldNotBeCaughtUpWhenItFailsOrNobodyReads() {
    var failing = Streams.recorded(KEY, PARTITION, 0, 100);
    failing.subscribe(Collector.eager());
    var left = Streams.recorded(KEY, PARTITION, 0, 100);
    var leaving = Collector.eager();
    left.subscribe(leaving);

    failing.fail(new BrokenStreamException("Gone.", null));
    leaving.cancel();

    assertThat(failing.caughtUp().toCompletableFuture())
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(BrokenStreamException.class);
    assertThat(left.caughtUp().toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void shouldReturnToTheLiveReaderWhenThatOneIsNotAhead() throws Exception {
    var collector = Collector.patient();
    stream.subscribe(collector);
    feed(FollowedStream.Feed.LIVE, 0, 20);
    collector.request(Long.MAX_VALUE);
    var position = stream.admitTo(FollowedStream.Feed.CATCH_UP);
    feed(FollowedStream.Feed.CATCH_UP, (int) position, 20);

    assertThat(stream.staysIn(FollowedStream.Feed.CATCH_UP, 20, () -> 20))
        .as("live handles 20, not yet read")
        .isTrue();
    assertThat(stream.staysIn(FollowedStream.Feed.CATCH_UP, 20, () -> 19))
        .as("live has handled 19, read")
        .isFalse();
    feed(FollowedStream.Feed.LIVE, 19, TOKENS + 1);

    assertThat(collector.await().text()).isEqualTo(Chunks.text(TOKENS));
  }

  @Test
  void shouldIgnoreTheRestOfASweepWhenItAskedForAnother() {
    var collector = Collector.patient();
    stream.subscribe(collector);
    feed(FollowedStream.Feed.LIVE, 0, TOKENS);
    collector.request(Long.MAX_VALUE);

    feed(FollowedStream.Feed.CATCH_UP, TOKENS - 1, TOKENS);

    assertThat(collector.ended()).as("a gap would end it").isFalse();
  }

  @Test
  void shouldRefuseASecondSubscriber() {
    stream.subscribe(Collector.patient());
    var second = Collector.eager();
    stream.subscribe(second);

    assertThatThrownBy(second::await)
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("t/r has a subscriber already");
  }

  @Test
  void shouldFailWhenNothingIsRequested() {
    var collector = Collector.patient();
    stream.subscribe(collector);
    collector.request(0);

    assertThatThrownBy(collector::await).hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldSignalNothingWhenCancelled() {
    var collector = Collector.eager();
    stream.subscribe(collector);
    collector.cancel();
    feed(FollowedStream.Feed.LIVE, 0, TOKENS + 1);

    assertThat(collector.chunks()).isEmpty();
    assertThat(collector.ended()).isFalse();
    assertThat(closed).containsExactly(stream);
  }

  @Test
  @Timeout(300)
  void shouldLoseNothingWhenTwoReadersTakeTurnsUnderARandomSubscriber() throws Exception {
    var tokens = 30_000;
    var live = new AtomicLong(-1);
    var joins = new LinkedBlockingQueue<FollowedStream>();
    var executor = Executors.newSingleThreadExecutor();
    var contended = FollowedStream.live(KEY, PARTITION, executor, BUFFER_BYTES, joinTo(joins));
    var collector = Collector.patient();
    contended.subscribe(collector);

    var liveReader =
        new Thread(
            () -> {
              for (var offset = 0; offset <= tokens; offset++) {
                live.set(offset);
                contended.offer(
                    FollowedStream.Feed.LIVE,
                    offset,
                    Streams.value(offset),
                    Streams.decoder(KEY, tokens));
              }
            });
    var sweeps = new AtomicLong();
    var catchUpReader =
        new Thread(
            () -> {
              while (!collector.ended()) {
                var joined = joins.poll();
                if (joined == null) {
                  Thread.yield();
                } else {
                  sweeps.incrementAndGet();
                  sweep(joined, live, tokens);
                }
              }
            });
    liveReader.start();
    catchUpReader.start();
    while (!collector.ended()) {
      collector.request(1 + ThreadLocalRandom.current().nextInt(20));
      Thread.yield();
    }
    liveReader.join();
    catchUpReader.join();
    executor.shutdown();

    collector.await();
    assertThat(collector.chunks().stream().mapToInt(TokenChunk::getFirstIndex))
        .hasSize(tokens + 1)
        .isSorted();
    assertThat(sweeps.get()).as("times the catch-up reader was needed").isGreaterThan(0);
  }

  /** As the catch-up reader does: in small polls, up to where the live reader stands. */
  private static void sweep(FollowedStream joined, AtomicLong live, int tokens) {
    var position = joined.admitTo(FollowedStream.Feed.CATCH_UP);
    do {
      var end = Math.min(position + 7, live.get() + 1);
      for (; position < end; position++) {
        joined.offer(
            FollowedStream.Feed.CATCH_UP,
            position,
            Streams.value(position),
            Streams.decoder(KEY, tokens));
      }
    } while (joined.staysIn(FollowedStream.Feed.CATCH_UP, position, live::get));
  }

  private static FollowedStream.Owner joinTo(BlockingQueue<FollowedStream> joins) {
    return new FollowedStream.Owner() {
      @Override
      public void lagging(FollowedStream stream) {
        joins.add(stream);
      }

      @Override
      public void closed(FollowedStream stream) {}
    };
  }

  /** Record number n of the log holds token n; the one after the last token ends the stream. */
  private void feed(FollowedStream.Feed from, int first, int end) {
    for (var offset = first; offset < end; offset++) {
      stream.offer(from, offset, Streams.value(offset), Streams.decoder(KEY, TOKENS));
    }
  }
}
