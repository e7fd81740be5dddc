package io.streamweir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportTest {

  @TempDir Path directory;

  @Test
  void shouldSayNullOfWhatWasNotMeasured() throws Exception {
    var file = directory.resolve("report.json");
    var report = CommandLine.populateCommand(new Report(), "--report=" + file);

    report.write(
        Map.of(
            "nothing",
            Percentiles.of(DoubleStream.empty()).toMap(),
            "something",
            Percentiles.of(DoubleStream.of(1.5, 2.5)).toMap(),
            "ratio",
            1 / 0.0));

    var json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.at("/nothing/count").intValue()).isZero();
    assertThat(json.at("/nothing/p99").isNull()).isTrue();
    assertThat(json.at("/something/p99").doubleValue()).isEqualTo(2.5);
    assertThat(json.at("/ratio").isNull()).isTrue();
  }
}
