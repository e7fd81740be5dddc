package io.streamweir.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.RequestKey;
import io.streamweir.support.Collector;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SweepTest {

  private static final TopicPartition PARTITION = new TopicPartition("weir.tokens", 2);
  private static final long END = 500;

  private final Sweep sweep = new Sweep(PARTITION, 100);
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
