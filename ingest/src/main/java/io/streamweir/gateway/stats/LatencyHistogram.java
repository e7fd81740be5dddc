package io.streamweir.gateway.stats;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Durations since the start or the last reset. Recording never waits; thread-safe. */
final class LatencyHistogram {

  private static final long HIGHEST_US = TimeUnit.HOURS.toMicros(1);
  private static final int DIGITS = 3;

  private final Recorder recorder = new Recorder(HIGHEST_US, DIGITS);
  private final Histogram total = new Histogram(HIGHEST_US, DIGITS);
  private Histogram recycled;

  /** Negative durations, which clock steps can make, count as zero. */
  void record(long nanos) {
    recorder.recordValue(Math.min(HIGHEST_US, Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos))));
  }

  synchronized Summary summary() {
    recycled = recorder.getIntervalHistogram(recycled);
    total.add(recycled);
    return new Summary(
        total.getTotalCount(),
        millis(total.getValueAtPercentile(50)),
        millis(total.getValueAtPercentile(99)),
        millis(total.getMaxValue()));
  }

  synchronized void reset() {
    recorder.reset();
    total.reset();
  }

  private static double millis(long micros) {
    return micros / 1000.0;
  }

  /** Milliseconds, but for the count. */
  record Summary(long count, double p50, double p99, double max) {}
}
