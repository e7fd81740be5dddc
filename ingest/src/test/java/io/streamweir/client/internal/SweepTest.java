package io.streamweir.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.client.internal.FollowedStream.Feed;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.support.Collector;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SweepTest {

  private static final TopicPartition PARTITION = new TopicPartition("weir.tokens", 2);
  private static final long END = 500;
  private static final int TOKENS = 100;

  private final Sweep sweep = new Sweep(Feed.HISTORY, PARTITION, 100);
  private int streams;

  @Test
  void shouldReadAnOlderPlaceInTheNextPass() {
    sweep.admit(stream(100), END);
    reach(300);

    sweep.admit(stream(200), END);
    reach(400);
    assertThat(sweep.position()).as("the pass goes on").isEqualTo(400);
    sweep.admit(stream(50), END + 1000);
    reach(END);

    assertThat(sweep.position()).as("the oldest of those who waited").isEqualTo(50);
  }

  @Test
  void shouldBeginTheNextPassWhenNobodyNeedsThisOne() {
    var collector = Collector.eager();
    sweep.admit(stream(100, collector), END);
    reach(300);
    sweep.admit(stream(200), END);

    collector.cancel();
    reach(310);

    assertThat(sweep.position()).isEqualTo(200);
  }

  @Test
  void shouldLeaveOutWhatNobodyNeedsWhenWhoNeededItHasLeft() {
    var collector = Collector.eager();
    sweep.admit(stream(100, collector), END);
    sweep.admit(stream(400), END);
    reach(150);
    assertThat(sweep.position()).isEqualTo(150);

    collector.cancel();
    reach(160);

    assertThat(sweep.position()).isEqualTo(400);
    assertThat(sweep.isEmpty()).isFalse();
  }

  @Test
  void shouldBeEmptyWhenAllHaveLeft() {
    var collector = Collector.eager();
    sweep.admit(stream(100, collector), END);
    collector.cancel();

    reach(200);

    assertThat(sweep.isEmpty()).isTrue();
  }

  /**
   * The other reader, or another sweep of the same one, takes the stream in while this one has not
   * ended its turn.
   */
  @ParameterizedTest
  @EnumSource(names = {"CATCH_UP", "HISTORY"})
  void shouldLeaveAStreamAloneThatItsNextReaderFeedsAlready(Feed next) throws Exception {
    var collector = Collector.patient();
    var stream = stream(0, collector);
    collector.request(1);
    var full = new Sweep(Feed.HISTORY, PARTITION, 0);
    full.admit(stream, TOKENS);

    offer(full, stream, 0, 50);
    var missed = stream.nextOffset();
    assertThat(missed).as("the buffer was full").isLessThan(50);
    collector.request(Long.MAX_VALUE);
    var other = new Sweep(next, PARTITION, missed);
    other.admit(stream, TOKENS);
    offer(full, stream, 50, 60);
    full.reached(60);
    full.release(() -> END);
    assertThat(full.disband()).isEmpty();

    assertThat(stream.nextOffset()).isEqualTo(missed);
    offer(other, stream, missed, TOKENS + 1);
    collector.await();
    assertThat(collector.chunks())
        .extracting(TokenChunk::getFirstIndex)
        .containsExactlyElementsOf(IntStream.rangeClosed(0, TOKENS).boxed().toList());
  }

  private static void offer(Sweep sweep, FollowedStream stream, long first, long end) {
    var key = stream.key().bytes();
    for (var offset = first; offset < end; offset++) {
      sweep.offer(
          new ConsumerRecord<>(
              PARTITION.topic(), PARTITION.partition(), offset, key, Streams.value(offset)),
          Streams.decoder(stream.key(), TOKENS));
    }
  }

  private void reach(long position) {
    sweep.reached(position);
    sweep.release(() -> END);
  }

  private FollowedStream stream(long offset) {
    return stream(offset, Collector.eager());
  }

  private FollowedStream stream(long offset, Collector collector) {
    streams++;
    var stream = Streams.recorded(new RequestKey("t", "r" + streams), PARTITION, offset, END);
    stream.subscribe(collector);
    return stream;
  }
}
