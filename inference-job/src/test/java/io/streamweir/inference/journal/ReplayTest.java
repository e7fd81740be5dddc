package io.streamweir.inference.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReplayTest {

  private static final TopicPartition ONLINE = new TopicPartition("d.online", 1);
  private static final TopicPartition OFFLINE = new TopicPartition("d.offline", 1);
  private static final TopicPartition FOREIGN = new TopicPartition("d.online", 0);
  private static final long EARLIEST = -2;

  private final Replay replay = new Replay();

  @Test
  void shouldBeOverWhenEachOwnPartitionIsPassed() {
    replay.endsAt(Map.of(ONLINE, 10L, OFFLINE, 5L, FOREIGN, 99L));
    replay.startsAt(ONLINE, 8);
    replay.startsAt(OFFLINE, 5);
    assertThat(replay.isOver()).isFalse();
    replay.passed(ONLINE, 8);
    assertThat(replay.isOver()).isFalse();
    replay.passed(ONLINE, 9);
    assertThat(replay.isOver()).as("whatever others still have to read").isTrue();
  }

  @Test
  void shouldBeOverAtOnceWhenNothingWasDispatched() {
    replay.endsAt(Map.of(ONLINE, 0L));
    replay.startsAt(ONLINE, 0);
    assertThat(replay.isOver()).isTrue();
  }

  @Test
  void shouldNotBeOverBeforeItKnowsWhereTheTopicsEnded() {
    replay.startsAt(ONLINE, 100);
    assertThat(replay.isOver()).isFalse();
    assertThat(replay.concerns(ONLINE, 1_000)).isTrue();
  }

  @Test
  void shouldConcernWhatWasDispatchedBeforeTheStart() {
    replay.endsAt(Map.of(ONLINE, 10L));
    replay.startsAt(ONLINE, EARLIEST);
    assertThat(replay.concerns(ONLINE, 9)).isTrue();
    assertThat(replay.concerns(ONLINE, 10)).isFalse();
    assertThat(replay.owns(1)).isTrue();
    assertThat(replay.owns(0)).isFalse();
  }
}
