package io.streamweir.schemas.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MinuteWindowTest {

  private static final long NOW = 1_790_000_000_123L;

  private final MinuteWindow window = new MinuteWindow();

  @Test
  void shouldForgetWhenASecondIsOverForAMinute() {
    window.add(NOW, 3);
    window.add(NOW + 10_000, 2);

    assertThat(window.total(NOW + 60_000)).isEqualTo(5);
    assertThat(window.total(NOW + 61_000)).isEqualTo(2);
    assertThat(window.total(NOW + 71_000)).isZero();
    assertThat(window.total(NOW + 3_600_000)).isZero();
  }

  @Test
  void shouldCountALateComerInItsOwnSecondAndNoneThatIsOver() {
    window.add(NOW, 1);
    window.add(NOW - 5_000, 1);
    window.add(NOW - 61_000, 7);

    assertThat(window.total(NOW)).isEqualTo(2);
    assertThat(window.total(NOW + 56_000)).isEqualTo(1);
  }

  @Test
  void shouldCountALateComerAsNewWhenAsked() {
    window.add(NOW, 1);
    window.addLate(NOW - 5_000, 1);
    window.addLate(NOW - 3_600_000, 7);

    assertThat(window.total(NOW - 3_600_000)).isEqualTo(9);
    assertThat(window.total(NOW + 56_000)).isEqualTo(8);
    assertThat(window.total(NOW + 61_000)).isZero();
  }

  @Test
  void shouldTellWhenThereIsRoomAgain() {
    window.add(NOW, 1);
    window.add(NOW + 2_000, 4);

    assertThat(window.millisUntil(NOW + 2_000, 5)).isZero();
    assertThat(window.millisUntil(NOW + 2_000, 4)).isEqualTo(59_000 - 123);
    assertThat(window.millisUntil(NOW + 2_000, 0)).isEqualTo(61_000 - 123);
  }

  /** Against a list of all times: the limit holds in every minute, whatever the arrivals. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldNeverLetMoreThanTheLimitThroughInAnyMinute(long seed) {
    var random = new Random(seed);
    var limit = 1 + random.nextInt(20);
    var admitted = new ArrayList<Long>();
    var now = NOW;
    for (var request = 0; request < 2000; request++) {
      now += random.nextInt(10) == 0 ? random.nextInt(90_000) : random.nextInt(2_000);
      if (window.total(now) < limit) {
        window.add(now, 1);
        admitted.add(now);
      } else {
        var wait = window.millisUntil(now, limit - 1);
        assertThat(wait).isPositive().isLessThanOrEqualTo(61_000);
        assertThat(MinuteWindow.of(window.cells().clone()).total(now + wait)).isLessThan(limit);
        assertThat(MinuteWindow.of(window.cells().clone()).total(now + wait - 1))
            .isGreaterThanOrEqualTo(limit);
      }
    }
    Collections.sort(admitted);
    for (var first = 0; first + limit < admitted.size(); first++) {
      assertThat(admitted.get(first + limit) - admitted.get(first)).isGreaterThanOrEqualTo(60_000);
    }
    assertThat(admitted).hasSizeGreaterThan(2 * limit);
  }
}
