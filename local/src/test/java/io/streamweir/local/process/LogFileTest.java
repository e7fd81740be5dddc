package io.streamweir.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

  @TempDir Path directory;

  @Test
  void shouldKeepTheLogsOfTheLastFiveRuns() throws IOException {
    var path = directory.resolve("logs/kafka.log");
    var log = new LogFile(path);
    for (var run = 1; run <= 7; run++) {
      log.rotate();
      Files.writeString(path, "run " + run + "\nits end");
    }

    assertThat(log.tail(2)).containsExactly("run 7", "its end");
    for (var age = 1; age <= 5; age++) {
      assertThat(path.resolveSibling("kafka.log." + age)).content().startsWith("run " + (7 - age));
    }
    assertThat(path.resolveSibling("kafka.log.6")).doesNotExist();
  }

  @Test
  void shouldBeEmptyBeforeTheFirstRun() {
    assertThat(new LogFile(directory.resolve("kafka.log")).tail(10)).isEmpty();
  }
}
