package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients of the JavaScript world, unchanged, from {@code src/test/js}. Skipped where there is no
 * Node or its packages are not installed: what the build needs is a JDK and Maven.
 */
@ExtendWith(SharedStack.class)
class NodeClientsITCase {

  private static final Path SCRIPTS = Path.of("src/test/js").toAbsolutePath();
  private static final int OLDEST_NODE = 20;
  private static final int LIMIT_SECONDS = 600;

  @TempDir private static Path logs;

  private final RunningStack stack;

  NodeClientsITCase(RunningStack stack) {
    this.stack = stack;
  }

  @BeforeAll
  static void requireNode() throws Exception {
    var node = run("node", "--version");
    assumeTrue(node.code == 0, "Skipped: there is no program 'node' on the PATH.");
    var version = Integer.parseInt(node.output.strip().replaceAll("^v(\\d+)\\..*", "$1"));
    assumeTrue(
        version >= OLDEST_NODE,
        "Skipped: the packages need Node " + OLDEST_NODE + ", here is " + node.output);
    assumeTrue(
        Files.exists(SCRIPTS.resolve("node_modules/.package-lock.json")),
        "Skipped: the packages are not installed. Run 'npm ci --ignore-scripts' in " + SCRIPTS);
  }

  @Test
  void shouldServeTheClientsOfOpenAiAnthropicAndLangChain() throws Exception {
    var settings = stack.stack().settings();

    var ended = run("node", "http.mjs", settings.gatewayUrl(), RunningStack.MODEL);

    assertThat(ended.code).as(ended.output).isZero();
    assertThat(ended.output).contains("answered: ");
  }

  @Test
  void shouldServeKafkajsWithAConfluentRegistryClient() throws Exception {
    var settings = stack.stack().settings();

    var ended =
        run(
            "node",
            "kafka.mjs",
            settings.bootstrapServers(),
            settings.registryUrl(),
            RunningStack.MODEL);

    assertThat(ended.code).as(ended.output).isZero();
    assertThat(ended.output).contains("answered: ");
  }

  private record Ended(int code, String output) {}

  /** A command that is not there ends with 127, as in a shell. */
  private static Ended run(String... command) throws Exception {
    var log = Files.createTempFile(logs, "node", ".log");
    try {
      var process =
          new ProcessBuilder(command)
              .directory(new File(SCRIPTS.toString()))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Ended(124, "Not done within " + LIMIT_SECONDS + " s: " + Files.readString(log));
      }
      return new Ended(process.exitValue(), Files.readString(log));
    } catch (IOException e) {
      return new Ended(127, e.getMessage());
    }
  }
}
