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
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;

/**
 * Arrivals of a real service: CSV with a column TIMESTAMP, as in Azure's public LLM traces.
 *
 * <p>A machine is smaller or larger than the service, so time is stretched by one factor: the
 * pattern, bursts and lulls in their order and proportion, stays, and the mean rate becomes the one
 * asked for.
 */
final class TraceFile {

  private static final String COLUMN = "TIMESTAMP";
  private static final int NANO_DIGITS = 9;
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, NANO_DIGITS, true)
          .toFormatter();

  private TraceFile() {}

  /**
   * The beginning of the trace.
   *
   * @param duration of the plan
   * @param rate mean of the whole trace after scaling, requests per second
   * @throws WeirException if the file is not of that form
   */
  static ArrivalPlan read(Path file, Duration duration, double rate) {
    var times = times(file);
    var seconds = Duration.between(times.get(0), times.get(times.size() - 1)).toNanos() / 1e9;
    var stretch = times.size() / seconds / rate;
    var offsets = new ArrayList<Duration>();
    for (var time : times) {
      var offset = stretched(Duration.between(times.get(0), time), stretch);
      if (offset.compareTo(duration) > 0) {
        break;
      }
      offsets.add(offset);
    }
    return new ArrivalPlan(
        "%s, time scaled by %.2f".formatted(file.getFileName(), stretch), offsets);
  }

  private static Duration stretched(Duration offset, double stretch) {
    return Duration.ofNanos(Math.round(offset.toNanos() * stretch));
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
