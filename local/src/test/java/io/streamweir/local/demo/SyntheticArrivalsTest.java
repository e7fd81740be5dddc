package io.streamweir.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyntheticArrivalsTest {

  private static final Duration LONG = Duration.ofSeconds(2000);

  @Test
  void shouldHaveTheMeanRateAskedForOverALongTime() {
    var plan = SyntheticArrivals.of(LONG, 10, 1);

    assertThat(plan.meanRate()).isCloseTo(10, within(0.8));
  }

  @Test
  void shouldBeBurstierThanAPoissonProcess() {
    var plan = SyntheticArrivals.of(LONG, 10, 1);
    var perSecond = new int[(int) LONG.toSeconds()];
    plan.offsets().forEach(offset -> perSecond[(int) offset.toSeconds()]++);
    var mean = IntStream.of(perSecond).average().orElseThrow();
    var variance =
        IntStream.of(perSecond).mapToDouble(n -> (n - mean) * (n - mean)).average().orElseThrow();

    // A Poisson process has variance = mean; this one has mean + mean^2 / 2.
    assertThat(variance / mean).isBetween(4.5, 7.5);
  }

  @Test
  void shouldBeTheSamePlanWhenTheSeedIsTheSame() {
    var ten = Duration.ofSeconds(10);

    assertThat(SyntheticArrivals.of(ten, 5, 7)).isEqualTo(SyntheticArrivals.of(ten, 5, 7));
    assertThat(SyntheticArrivals.of(ten, 5, 7)).isNotEqualTo(SyntheticArrivals.of(ten, 5, 8));
  }

  @Test
  void shouldBeAscendingAndWithinTheDuration() {
    var plan = SyntheticArrivals.of(Duration.ofSeconds(30), 20, 3);

    assertThat(plan.offsets()).isSorted();
    assertThat(plan.offsets().get(plan.offsets().size() - 1)).isLessThan(Duration.ofSeconds(30));
    assertThat(plan.peakRate()).isGreaterThan(20);
  }
}
