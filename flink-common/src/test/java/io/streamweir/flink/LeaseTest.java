package io.streamweir.flink;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseTest {

  private long nanos;
  private final Lease lease = new Lease(Duration.ofSeconds(5), () -> nanos, null);

  @Test
  void shouldHoldWhileTheProcessRuns() {
    for (int i = 0; i < 100; i++) {
      nanos += Duration.ofSeconds(1).toNanos();
      lease.beat();
      assertThatCode(lease::check).doesNotThrowAnyException();
    }
  }

  @Test
  void shouldBeLostWhenTheProcessStoodStillEvenIfItBeatsAgain() {
    nanos += Duration.ofSeconds(6).toNanos();
    assertThatThrownBy(lease::check).hasMessageContaining("6000 ms");
    lease.beat();
    nanos += Duration.ofSeconds(1).toNanos();
    lease.beat();
    assertThatThrownBy(lease::check)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("6000 ms")
        .hasMessageContaining("freeze.limit (5000 ms)");
  }
}
