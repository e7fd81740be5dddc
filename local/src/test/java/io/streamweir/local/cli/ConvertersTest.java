package io.streamweir.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private final SinceConverter since = new SinceConverter(InstantSource.fixed(NOW));

  @Test
  void shouldReadDurationsAsSettingsWriteThem() {
    assertThat(new DurationConverter().convert("90 min")).isEqualTo(Duration.ofMinutes(90));
    assertThat(new DurationConverter().convert("2h")).isEqualTo(Duration.ofHours(2));
  }

  @Test
  void shouldReadATimeOrHowLongAgoItWas() {
    assertThat(since.convert("2026-01-01T00:00:00Z"))
        .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(since.convert("2026-01-01T01:00:00+01:00"))
        .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(since.convert("90min")).isEqualTo(NOW.minus(Duration.ofMinutes(90)));
  }

  @Test
  void shouldSayWhatIsAllowedWhenItIsNeither() {
    assertThatThrownBy(() -> since.convert("yesterday"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("yesterday")
        .hasMessageContaining("90 min");
    assertThatThrownBy(() -> new DurationConverter().convert("PT1H"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("number with ms, s, min, h or d");
  }
}
