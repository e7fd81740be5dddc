package io.streamweir.bench.text;

import io.streamweir.bench.Percentiles;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Measured times, nanoseconds. */
final class Samples {
  private static final double NANOS_PER_MICRO = 1_000;

  private final DoubleStream.Builder values = DoubleStream.builder();
  private double sum;
  private int count;

  void add(long nanos) {
    values.add(nanos / NANOS_PER_MICRO);
    sum += nanos / NANOS_PER_MICRO;
    count++;
  }

  /** Their percentiles and mean, microseconds; once. */
  Map<String, Object> micros() {
    Map<String, Object> map = Percentiles.of(values.build()).toMap();
    map.put("mean", count == 0 ? 0 : Math.round(sum / count * NANOS_PER_MICRO) / NANOS_PER_MICRO);
    return map;
  }
}
