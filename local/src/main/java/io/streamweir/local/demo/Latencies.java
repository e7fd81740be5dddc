package io.streamweir.local.demo;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/** Durations, of which percentiles are asked. Not thread-safe. */
final class Latencies {

  private static final int DIGITS = 3;
  private static final double MICROS_PER_MS = 1000.0;

  /** Microseconds. */
  private final Histogram histogram = new Histogram(DIGITS);

  void add(Duration duration) {
    histogram.recordValue(Math.max(0, duration.toNanos() / 1000));
  }

  long count() {
    return histogram.getTotalCount();
  }

  /** Milliseconds; 0 if there is none. */
  double percentile(double percent) {
    return histogram.getValueAtPercentile(percent) / MICROS_PER_MS;
  }
}
