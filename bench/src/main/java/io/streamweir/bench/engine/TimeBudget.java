package io.streamweir.bench.engine;

import java.time.Duration;

/** How long a benchmark may still take. */
final class TimeBudget {
  private final long endNanos;

  private TimeBudget(long endNanos) {
    this.endNanos = endNanos;
  }

  static TimeBudget of(Duration duration) {
    return new TimeBudget(System.nanoTime() + duration.toNanos());
  }

  double secondsLeft() {
    return (endNanos - System.nanoTime()) / 1e9;
  }

  /** A part of what is left. */
  TimeBudget share(double share) {
    return new TimeBudget(System.nanoTime() + (long) (secondsLeft() * share * 1e9));
  }
}
