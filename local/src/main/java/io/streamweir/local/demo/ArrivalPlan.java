package io.streamweir.local.demo;

import java.time.Duration;
import java.util.List;

/**
 * When requests are sent.
 *
 * @param source where the pattern comes from, for the report
 * @param offsets from the beginning, ascending
 */
record ArrivalPlan(String source, List<Duration> offsets) {

  ArrivalPlan {
    offsets = List.copyOf(offsets);
  }

  /** Requests per second, on average. */
  double meanRate() {
    var last = offsets.get(offsets.size() - 1);
    return last.isZero() ? offsets.size() : offsets.size() / (last.toNanos() / 1e9);
  }

  /** Most requests within one second. */
  int peakRate() {
    int peak = 0;
    for (int first = 0, next = 0; first < offsets.size(); first++) {
      var end = offsets.get(first).plusSeconds(1);
      while (next < offsets.size() && offsets.get(next).compareTo(end) < 0) {
        next++;
      }
      peak = Math.max(peak, next - first);
    }
    return peak;
  }
}
