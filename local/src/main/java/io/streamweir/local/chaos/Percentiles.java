package io.streamweir.local.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;

/** Of a few measured times, by nearest rank. */
final class Percentiles {

  private static final double MEDIAN = 0.5;
  private static final double HIGH = 0.99;

  private final long[] sorted;

  Percentiles(Collection<Long> millis) {
    this.sorted = millis.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  /** Milliseconds; 0 if there is none. */
  long at(double fraction) {
    return sorted.length == 0
        ? 0
        : sorted[Math.max(0, (int) Math.ceil(fraction * sorted.length) - 1)];
  }

  /** Adds an object with count, p50, p99 and max. */
  void put(ObjectNode parent, String name) {
    parent
        .putObject(name)
        .put("count", sorted.length)
        .put("p50", at(MEDIAN))
        .put("p99", at(HIGH))
        .put("max", at(1));
  }
}
