package io.streamweir.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class RestartPauseTest {

  private static final Duration SHORTEST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final RestartPause pause = new RestartPause(() -> now, SHORTEST, LONGEST);

  @Test
  void shouldWaitAMomentWhenItDiesForTheFirstTime() {
    assertThat(pause.died()).isEqualTo(SHORTEST);
    assertThat(pause.due()).isFalse();

    pass(SHORTEST.minusMillis(1));
    assertThat(pause.due()).isFalse();

    pass(Duration.ofMillis(1));
    assertThat(pause.due()).isTrue();
  }

  @Test
  void shouldDoubleUpToTheLimitWhenItDiesAgainSoon() {
    var pauses = new ArrayList<Long>();
    for (int death = 0; death < 8; death++) {
      pauses.add(pause.died().toMillis());
      pass(LONGEST);
      pause.started();
      pass(Duration.ofSeconds(1));
    }

    assertThat(pauses).containsExactly(200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L);
  }

  @Test
  void shouldDoubleWhenItCannotEvenBeStarted() {
    pause.died();
    pass(SHORTEST);

    assertThat(pause.died()).isEqualTo(SHORTEST.multipliedBy(2));
    assertThat(pause.due()).isFalse();
  }

  @Test
  void shouldForgiveWhenItRanForLong() {
    pause.died();
    pause.started();
    pause.died();
    pause.started();
    pass(LONGEST.multipliedBy(3));

    assertThat(pause.died()).isEqualTo(SHORTEST);
  }

  @Test
  void shouldPlanNothingWhenItRuns() {
    assertThat(pause.planned()).isFalse();
    pause.died();
    assertThat(pause.planned()).isTrue();
    pause.started();

    pass(LONGEST);

    assertThat(pause.planned()).isFalse();
    assertThat(pause.due()).isFalse();
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }
}
