package io.streamweir.local.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;

/**
 * Bursty arrivals where no trace is at hand: a Poisson process whose rate is drawn anew every
 * second from a gamma distribution of shape 2. Within a second arrivals are independent; from
 * second to second the rate varies by 71 % of its mean, so a busy second has three times the mean
 * now and then. Deterministic for a seed.
 */
final class SyntheticArrivals {

  private static final double NANOS = 1e9;

  private SyntheticArrivals() {}

  /**
   * @param rate mean, requests per second
   */
  static ArrivalPlan of(Duration duration, double rate, long seed) {
    var random = new Random(seed);
    var offsets = new ArrayList<Duration>();
    for (long second = 0; second < duration.toSeconds(); second++) {
      var rateNow = rate * gamma2(random);
      var at = exponential(random) / rateNow;
      while (at < 1) {
        offsets.add(Duration.ofNanos(Math.round((second + at) * NANOS)));
        at += exponential(random) / rateNow;
      }
    }
    if (offsets.isEmpty()) {
      offsets.add(Duration.ZERO);
    }
    return new ArrivalPlan("synthetic: Poisson, rate drawn each second (gamma, shape 2)", offsets);
  }

  /** Gamma of shape 2 and mean 1: the mean of two exponentials. */
  private static double gamma2(Random random) {
    return (exponential(random) + exponential(random)) / 2;
  }

  private static double exponential(Random random) {
    return -Math.log(1 - random.nextDouble());
  }
}
