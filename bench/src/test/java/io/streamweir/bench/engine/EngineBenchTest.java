package io.streamweir.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole benchmark on a model of a few thousand parameters. */
class EngineBenchTest {
  @TempDir Path directory;

  private Path program(String name, String body) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void shouldReportEveryCellAndLoad() throws Exception {
    Path report = directory.resolve("report.json");
    Path peer =
        program(
            "peer",
            "echo loading; echo '{\"pp\": 1, \"t\": 2.0, \"speed_pp\": 10.0, \"speed_tg\": 5.0}'");
    int status =
        new CommandLine(new EngineBench())
            .execute(
                "--vocab=300",
                "--hidden=64",
                "--intermediate=96",
                "--layers=2",
                "--heads=4",
                "--kv-heads=2",
                "--positions=512",
                "--work=" + directory,
                "--threads=1",
                "--prompts=20,40",
                "--batches=1,3",
                "--generate=16",
                "--prefix=64",
                "--prefix-requests=6",
                "--kv-cache-mb=8",
                "--minutes=3",
                "--mixed-seconds=1.5",
                "--peer=" + peer,
                "--report=" + report);
    assertThat(status).isZero();
    JsonNode json = new ObjectMapper().readTree(report.toFile());
    for (String cell : new String[] {"20x1", "20x3", "40x1", "40x3"}) {
      JsonNode figures = json.path("grid").path(cell);
      assertThat(figures.path("steps").intValue()).as(cell).isPositive();
      double perSecond = figures.path("decode_tokens_per_s").doubleValue();
      assertThat(perSecond).isPositive();
      assertThat(figures.path("prefill_tokens_per_s").doubleValue()).isPositive();
      assertThat(figures.path("engine_share_of_step").doubleValue()).isBetween(0.0, 1.0);
      assertThat(figures.at("/peer_Q8_0/decode_ratio").doubleValue())
          .isCloseTo(perSecond / 5, org.assertj.core.data.Percentage.withPercentage(1));
    }
    assertThat(json.at("/machine/read_gb_per_s").doubleValue()).isPositive();
    assertThat(json.at("/prefix_load/cached_prompt_tokens").intValue()).isEqualTo(5 * 64);
    assertThat(json.at("/prefix_load/peer_Q8_0/shared_requests_per_s").doubleValue()).isEqualTo(3);
    assertThat(json.at("/mixed_load/online_alone/ttft_ms/count").intValue()).isPositive();
    assertThat(json.at("/mixed_load/offline_alone_tokens_per_s").doubleValue()).isPositive();
    assertThat(json.at("/mixed_load/offline_share_kept").doubleValue()).isPositive();
  }

  @Test
  void shouldSayHowThePeerFailed() throws Exception {
    Path broken = program("broken", "exit 3");
    Path silent = program("silent", "echo nothing of use");
    assertThatThrownBy(() -> new BatchedBench(broken, Path.of("m"), 1).run(1, 1, 1, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status 3");
    assertThatThrownBy(() -> new BatchedBench(silent, Path.of("m"), 1).run(1, 1, 1, true))
        .hasMessageContaining("printed no result");
  }
}
