package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.local.chaos.ChaosOptions;
import io.streamweir.local.chaos.ChaosRun;
import io.streamweir.local.chaos.ChaosStack;
import io.streamweir.local.chaos.FaultPlan;
import io.streamweir.local.stack.DataDirectory;
import io.streamweir.local.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short version of {@code weir chaos}: each kind of harm once, some at the same time, with
 * requests of every kind of consumer in flight, and nobody repairs but the stack itself. First,
 * while the machine carries no other stack.
 */
@Order(1)
class ChaosITCase {

  /** Many times what it takes. */
  private static final Duration LIMIT = Duration.ofMinutes(30);

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
    var terminal = new Terminal(System.out, false);
    var data = new DataDirectory(directory);
    try (var stack =
        new ChaosStack(RunningStack.home(), data, RunningStack.reservedPorts(), terminal)) {
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
