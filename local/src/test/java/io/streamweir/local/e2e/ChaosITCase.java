package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.local.chaos.ChaosOptions;
import io.streamweir.local.chaos.ChaosRun;
import io.streamweir.local.chaos.ChaosStack;
import io.streamweir.local.chaos.FaultPlan;
import io.streamweir.local.stack.DataDirectory;
import io.streamweir.local.stack.Home;
import io.streamweir.local.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short version of {@code weir chaos}: each kind of harm once, some at the same time, with
 * requests of every kind of consumer in flight, and nobody repairs but the stack itself.
 */
class ChaosITCase {

  /**
   * Keeps all ports below those that the system gives to clients: while a process is down, one of
   * its clients could be given its port.
   */
  private static final String PORTS_OFFSET = "18000";

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final long SEED = 20_261;

  private static final List<String> BLOWS =
      List.of(
          "kill.taskmanager",
          "kill.jobmanager",
          "kill.kafka+kill.ledger",
          "kill.registry+kill.gateway",
          "freeze.taskmanager",
          "restart.gateway+engine.hang",
          "engine.exception",
          "disk.full",
          "rescale",
          "upgrade.router");

  @TempDir Path directory;

  @Test
  void shouldLoseDoubleAndContradictNothingWhateverBreaks() throws Exception {
    var home = new Home(Path.of("..").toAbsolutePath().normalize());
    var terminal = new Terminal(System.out, false);
    var settings = Map.of("ports.offset", PORTS_OFFSET);
    try (var stack = new ChaosStack(home, new DataDirectory(directory), settings, terminal)) {
      stack.start();
      var plan = FaultPlan.once(SEED, Duration.ofSeconds(1), BLOWS);

      var report = new ChaosRun(stack, new ChaosOptions(LIMIT, SEED, plan, 1), terminal).run();

      terminal.lines(report.table());
      assertThat(report.differences()).isEmpty();
      assertThat(report.faults()).isEqualTo(String.join("+", BLOWS).split("\\+").length);
      assertThat(report.accepted()).isGreaterThan(BLOWS.size());
    }
  }
}
