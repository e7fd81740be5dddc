package io.streamweir.router.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.router.routing.Routed;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {

  private static final long BEGAN = 1_000_000;
  private static final long PATIENCE = 3_000;
  private static final long OFFLINE_PATIENCE = 60_000;

  private final Patience patience =
      new Patience(Duration.ofMillis(PATIENCE), Duration.ofMillis(OFFLINE_PATIENCE), BEGAN);
  private final Routed routed = new Routed();

  @Test
  void shouldBeOverWhenARequestHasWaitedSoLong() {
    var waiting = heldSince(BEGAN + 10);

    assertThat(patience.isOver(waiting, BEGAN + 10 + PATIENCE - 1)).isFalse();
    assertThat(patience.isOver(waiting, BEGAN + 10 + PATIENCE)).isTrue();
  }

  @Test
  void shouldBeginAnewForWhoHasWaitedWhileTheRouterWasDown() {
    for (var offline : new boolean[] {false, true}) {
      routed.offline = offline;
      var waiting = heldSince(BEGAN - 2 * OFFLINE_PATIENCE);

      assertThat(patience.isOver(waiting, BEGAN + PATIENCE - 1)).isFalse();
      assertThat(patience.isOver(waiting, BEGAN + PATIENCE)).isTrue();
    }
  }

  @Test
  void shouldBeGreaterOnTheOfflineLaneButNotGoBeyondADeadline() {
    routed.offline = true;
    assertThat(patience.untilMs(routed, BEGAN)).isEqualTo(BEGAN + OFFLINE_PATIENCE);

    routed.deadlineMs = BEGAN + 50;
    assertThat(patience.untilMs(routed, BEGAN)).isEqualTo(BEGAN + 50);
  }

  private Held heldSince(long ms) {
    return Held.waiting(routed, ms, patience.untilMs(routed, ms));
  }
}
