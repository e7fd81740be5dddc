package io.streamweir.local.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time, as ISO 8601 writes it or as how long ago it was. */
final class SinceConverter implements ITypeConverter<Instant> {

  private final InstantSource clock;

  SinceConverter() {
    this(InstantSource.system());
  }

  SinceConverter(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Instant convert(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return clock.instant().minus(ago(text));
    }
  }

  private static Duration ago(String text) {
    try {
      return new DurationConverter().convert(text);
    } catch (TypeConversionException e) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is neither a time such as 2026-01-31T12:00:00Z nor a duration such as 90 min");
    }
  }
}
