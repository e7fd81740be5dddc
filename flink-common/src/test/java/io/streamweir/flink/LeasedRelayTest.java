package io.streamweir.flink;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeasedRelayTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private long nanos;

  @Test
  void shouldLetNoCheckpointPassWhenTheProcessStoodStill() {
    var relay = new LeasedRelay(LIMIT);
    relay.hold(new Lease(LIMIT, () -> nanos, null));
    assertThatCode(() -> relay.prepareSnapshotPreBarrier(1)).doesNotThrowAnyException();
    nanos += Duration.ofSeconds(6).toNanos();
    assertThatThrownBy(() -> relay.prepareSnapshotPreBarrier(2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("freeze.limit");
  }
}
