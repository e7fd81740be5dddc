package io.streamweir.local.demo;

import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.commons.csv.CSVFormat;

/**
 * Arrivals of a real service: CSV with a column TIMESTAMP, as in Azure's public LLM traces.
 *
 * <p>A machine is smaller or larger than the service, so time is stretched by one factor: the
 * pattern, bursts and lulls in their order and proportion, stays, and the mean rate becomes the one
 * asked for. Of the whole trace a stretch is played that has as many arrivals as the mean lets
 * expect, the first such one: neither a lull nor the busiest minute.
 */
final class TraceFile {

  private static final String COLUMN = "TIMESTAMP";
  private static final double NANOS = 1e9;
  private static final int NANO_DIGITS = 9;
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, NANO_DIGITS, true)
          .toFormatter();

  private TraceFile() {}

  /**
   * A typical stretch of the trace.
   *
   * @param duration of the plan
   * @param rate mean of the whole trace after scaling, requests per second
   * @throws WeirException if the file is not of that form
   */
  static ArrivalPlan read(Path file, Duration duration, double rate) {
    var times = times(file);
    var first = times.get(0);
    var seconds = Duration.between(first, times.get(times.size() - 1)).toNanos() / NANOS;
    var factor = times.size() / seconds / rate;
    var nanos =
        times.stream()
            .mapToLong(time -> Math.round(Duration.between(first, time).toNanos() * factor))
            .toArray();
    var offsets =
        typical(nanos, duration.toNanos(), rate * duration.toNanos() / NANOS)
            .mapToObj(Duration::ofNanos)
            .toList();
    return new ArrivalPlan(
        "%s, time scaled by %.2f".formatted(file.getFileName(), factor), offsets);
  }

  /** The first stretch of that length, beginning with an arrival, that comes closest in number. */
  private static LongStream typical(long[] nanos, long length, double expected) {
    var best = 0;
    var bestNext = 0;
    for (int begin = 0, next = 0; begin < nanos.length; begin++) {
      while (next < nanos.length && nanos[next] < nanos[begin] + length) {
        next++;
      }
      if (begin == 0 || Math.abs(next - begin - expected) < Math.abs(bestNext - best - expected)) {
        best = begin;
        bestNext = next;
      }
    }
    var start = nanos[best];
    return LongStream.of(nanos).skip(best).limit(bestNext - best).map(at -> at - start);
  }

  private static List<LocalDateTime> times(Path file) {
    var format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (var reader = Files.newBufferedReader(file);
        var parser = format.parse(reader)) {
      if (!parser.getHeaderNames().contains(COLUMN)) {
        throw new WeirException(
            "%s has the columns %s, but no %s".formatted(file, parser.getHeaderNames(), COLUMN));
      }
      var times =
          parser.stream().map(row -> LocalDateTime.parse(row.get(COLUMN), TIME)).sorted().toList();
      if (times.size() < 2 || times.get(0).equals(times.get(times.size() - 1))) {
        throw new WeirException(file + " has no two different times");
      }
      return times;
    } catch (IOException | DateTimeParseException e) {
      throw new WeirException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
