package io.streamweir.local.cli;

import io.streamweir.config.Setting;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration as settings write it: {@code 30 s}, {@code 10min}, {@code 2 h}. */
final class DurationConverter implements ITypeConverter<Duration> {

  private static final Setting<Duration> FORM = Setting.duration("duration", null, "");

  @Override
  public Duration convert(String text) {
    try {
      return FORM.parser().apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'" + text + "' is no " + FORM.allowed());
    }
  }
}
