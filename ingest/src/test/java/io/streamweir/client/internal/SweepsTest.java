package io.streamweir.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.RequestKey;
import io.streamweir.support.Collector;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SweepsTest {

  private static final TopicPartition PARTITION = new TopicPartition("weir.tokens", 2);
  private static final TopicPartition OTHER = new TopicPartition("weir.tokens", 3);
  private static final long END = 1_000_000;

  private final Sweeps sweeps = new Sweeps(2, 100);
  private int streams;

  @Test
  void shouldNotTurnBackForANewcomer() {
    sweeps.admit(List.of(stream(PARTITION, 5000)));
    turnTo(6000);

    sweeps.admit(List.of(stream(PARTITION, 10)));

    assertThat(sweeps.first().position()).isEqualTo(6000);
    turnTo(6500);
    assertThat(sweeps.first().position()).isEqualTo(10);
    turnTo(500);
    assertThat(sweeps.first().position()).isEqualTo(6500);
  }

  @Test
  void shouldReadNeighboursTogether() {
    sweeps.admit(List.of(stream(PARTITION, 5000), stream(PARTITION, 5100), stream(OTHER, 5000)));

    turnTo(5050);
    turnTo(5050);

    assertThat(sweeps.first().partition()).isEqualTo(PARTITION);
    assertThat(sweeps.first().disband()).hasSize(2);
  }

  @Test
  void shouldReadOnTogetherWhenOneHasComeToAnother() {
    sweeps.admit(List.of(stream(PARTITION, 0), stream(PARTITION, 1000)));
    turnTo(900);

    assertThat(sweeps.first().position()).as("the one that is behind").isEqualTo(900);
    assertThat(sweeps.first().disband())
        .extracting(FollowedStream::nextOffset)
        .as("where another reader goes on")
        .containsExactlyInAnyOrder(900L, 1000L);
  }

  @Test
  void shouldKeepWhoFindsNoPlaceUntilThereIsOne() {
    var first = Collector.eager();
    sweeps.admit(List.of(stream(PARTITION, 5000, first), stream(PARTITION, 8000)));
    sweeps.admit(List.of(stream(PARTITION, 10), stream(PARTITION, 9500)));
    assertThat(sweeps.first().position()).isEqualTo(5000);

    first.cancel();
    turnTo(5500);

    assertThat(sweeps.first().position()).as("9500 has joined it").isEqualTo(8000);
    turnTo(8100);
    assertThat(sweeps.first().position()).as("has waited").isEqualTo(10);
  }

  @Test
  void shouldForgetWhoLeavesWhileItWaits() {
    var collector = Collector.eager();
    var impatient = stream(OTHER, 0, collector);
    sweeps.admit(List.of(stream(PARTITION, 5000), stream(PARTITION, 8000), impatient));
    collector.cancel();
    sweeps.first().disband();
    sweeps.next();
    sweeps.first().disband();
    sweeps.next();

    assertThat(sweeps.isEmpty()).isTrue();
  }

  private void turnTo(long position) {
    var sweep = sweeps.first();
    sweep.reached(position);
    sweep.release(() -> END);
    sweeps.next();
  }

  private FollowedStream stream(TopicPartition partition, long offset) {
    return stream(partition, offset, Collector.eager());
  }

  private FollowedStream stream(TopicPartition partition, long offset, Collector collector) {
    streams++;
    var stream = Streams.recorded(new RequestKey("t", "r" + streams), partition, offset, END);
    stream.subscribe(collector);
    return stream;
  }
}
