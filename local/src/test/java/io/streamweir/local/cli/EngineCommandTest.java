package io.streamweir.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.djl.ArchitectureTable;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class EngineCommandTest {

  @Test
  void shouldPrintEveryArchitectureWithoutAnEngineOnTheClassPath() {
    var printed = new ByteArrayOutputStream();
    var out = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThat(new CommandLine(new EngineCommand()).execute("--architectures")).isZero();
    } finally {
      System.setOut(out);
    }
    assertThat(getClass().getResource("/ai/djl/engine/Engine.class")).isNull();
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .hasSize(ArchitectureTable.rows().size() + 1)
        .anyMatch(line -> line.matches("Qwen3MoeForCausalLM +Qwen3-30B-A3B.* experts .*"));
  }

  @Test
  void shouldAskForWhatToShowWhenNothingIsAskedFor() {
    var command = new CommandLine(new EngineCommand()).setErr(new PrintWriter(Writer.nullWriter()));
    assertThat(command.execute()).isEqualTo(CommandLine.ExitCode.USAGE);
  }
}
