package io.streamweir.schemas.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DispatchFenceTest {

  private static final TopicPartition ONE = new TopicPartition("weir.dispatch.d.online", 0);
  private static final TopicPartition OTHER = new TopicPartition("weir.dispatch.d.online", 1);

  private final DispatchFence fence = new DispatchFence();

  @Test
  void shouldVoidWhatAPredecessorAppendsAfterItsSuccessor() {
    assertThat(fence.admits(ONE, 10)).isTrue();
    assertThat(fence.admits(ONE, 20)).isTrue();
    assertThat(fence.admits(ONE, 10)).isFalse();
    assertThat(fence.admits(ONE, 20)).isTrue();
  }

  @Test
  void shouldJudgeEachPartitionByItself() {
    fence.admits(ONE, 20);

    assertThat(fence.admits(OTHER, 10)).isTrue();
  }

  @Test
  void shouldVoidRecordsWithoutIncarnationOnlyAfterOneWith() {
    assertThat(fence.admits(ONE, RouterIncarnation.NONE)).isTrue();
    fence.admits(ONE, 20);
    assertThat(fence.admits(ONE, RouterIncarnation.NONE)).isFalse();
  }

  @Test
  void shouldReadTheHeaderThatItWrites() {
    assertThat(RouterIncarnation.of(new RecordHeaders(RouterIncarnation.headers(1_795_693_000L))))
        .isEqualTo(1_795_693_000L);
    assertThat(RouterIncarnation.headers(RouterIncarnation.NONE)).isEmpty();
    assertThat(RouterIncarnation.of(new RecordHeaders())).isEqualTo(RouterIncarnation.NONE);
    var foreign = new RecordHeaders().add(RouterIncarnation.HEADER, new byte[] {1, 2});
    assertThat(RouterIncarnation.of(foreign)).isEqualTo(RouterIncarnation.NONE);
  }
}
