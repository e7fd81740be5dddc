package io.streamweir.bench.engine;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Numbers for a report. */
final class Figures {
  private Figures() {}

  /** With four significant digits. */
  static double rounded(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value;
    }
    double unit = Math.pow(10, Math.floor(Math.log10(Math.abs(value))) - 3);
    double rounded = Math.round(value / unit) * unit;
    return Double.parseDouble(String.format(Locale.ROOT, "%.6g", rounded));
  }

  /** The middle one, or the mean of the two in the middle; NaN of none. */
  static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  static double median(Collection<Double> values) {
    return median(values.stream().mapToDouble(Double::doubleValue));
  }
}
