package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table in docs/engine-architectures.md is that of the code. */
class ArchitectureDocTest {
  private static final Path PAGE = Path.of("..", "docs", "engine-architectures.md");

  private static String table() {
    return ArchitectureTable.rows().stream()
        .map(row -> "| `" + row.name() + "` | " + row.models() + " | " + row.remarks() + " |\n")
        .collect(
            Collectors.joining(
                "", "| `architectures` | models | layer, beside Llama's |\n|---|---|---|\n", ""));
  }

  @Test
  void shouldShowEveryArchitectureInTheDocs() throws Exception {
    assertThat(Files.readString(PAGE)).contains("\n\n" + table() + "\n");
  }
}
