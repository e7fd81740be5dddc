package io.streamweir.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** Exact percentiles of a sample, in the sample's unit. */
public record Percentiles(int count, double p50, double p90, double p99, double max) {

  public static Percentiles of(DoubleStream sample) {
    var sorted = sample.sorted().toArray();
    return new Percentiles(
        sorted.length, at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), at(sorted, 1));
  }

  private static double at(double[] sorted, double quantile) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    var index = (int) Math.ceil(quantile * sorted.length) - 1;
    return Math.round(sorted[Math.max(0, index)] * 1000) / 1000.0;
  }

  public Map<String, Object> toMap() {
    var map = new TreeMap<String, Object>();
    map.put("count", count);
    map.put("p50", p50);
    map.put("p90", p90);
    map.put("p99", p99);
    map.put("max", max);
    return map;
  }
}
