package io.streamweir.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamweir.local.terminal.WeirException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {

  @TempDir Path directory;

  @Test
  void shouldStretchTimeSoThatTheMeanRateIsTheOneAskedFor() throws Exception {
    // Five arrivals in four seconds: 1.25 a second.
    var file =
        trace(
            "2023-11-16 18:00:00.0000000,1,1",
            "2023-11-16 18:00:01.0000000,1,1",
            "2023-11-16 18:00:01.5000000,1,1",
            "2023-11-16 18:00:02,1,1",
            "2023-11-16 18:00:04.0000000,1,1");

    var plan = TraceFile.read(file, Duration.ofSeconds(100), 2.5);

    assertThat(plan.offsets())
        .containsExactly(
            Duration.ZERO,
            Duration.ofMillis(500),
            Duration.ofMillis(750),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2));
    assertThat(plan.meanRate()).isCloseTo(2.5, within(1e-9));
    assertThat(plan.source()).contains("trace.csv").contains("0.50");
  }

  @Test
  void shouldPlayTheFirstStretchThatHasAsManyArrivalsAsTheMeanWhenTheTraceIsLonger()
      throws Exception {
    // One a second on average; a lull first, then a burst, then two seconds with two arrivals.
    var file =
        trace(
            "2023-11-16 18:00:00,1,1",
            "2023-11-16 18:00:04,1,1",
            "2023-11-16 18:00:04.1,1,1",
            "2023-11-16 18:00:04.2,1,1",
            "2023-11-16 18:00:04.3,1,1",
            "2023-11-16 18:00:07,1,1",
            "2023-11-16 18:00:08.5,1,1",
            "2023-11-16 18:00:08.9,1,1",
            "2023-11-16 18:00:09,1,1",
            "2023-11-16 18:00:10,1,1");

    var plan = TraceFile.read(file, Duration.ofSeconds(2), 1);

    assertThat(plan.offsets()).containsExactly(Duration.ZERO, Duration.ofMillis(100));
  }

  @Test
  void shouldNameTheColumnWhenItIsMissing() throws Exception {
    var file = Files.writeString(directory.resolve("other.csv"), "time,n\n1,2\n");

    assertThatThrownBy(() -> TraceFile.read(file, Duration.ofSeconds(2), 1))
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("TIMESTAMP");
  }

  @Test
  void shouldSayWhichFileWhenATimeIsUnreadable() throws Exception {
    var file = trace("yesterday,1,1", "2023-11-16 18:00:00,1,1");

    assertThatThrownBy(() -> TraceFile.read(file, Duration.ofSeconds(2), 1))
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("trace.csv")
        .hasMessageContaining("yesterday");
  }

  private Path trace(String... rows) throws Exception {
    return Files.writeString(
        directory.resolve("trace.csv"),
        "TIMESTAMP,ContextTokens,GeneratedTokens\n" + String.join("\n", rows) + "\n");
  }
}
