package io.streamweir.local.cli;

import io.streamweir.local.chaos.ChaosOptions;
import io.streamweir.local.chaos.ChaosRun;
import io.streamweir.local.chaos.ChaosStack;
import io.streamweir.local.chaos.FaultPlan;
import io.streamweir.local.reconcile.ReportJson;
import io.streamweir.local.stack.DataDirectory;
import io.streamweir.local.stack.Home;
import io.streamweir.local.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "chaos",
    description = {
      "Break a stack under load and prove that nothing was lost, doubled or contradicted. Processes"
          + " are killed, frozen and restarted, engines fail and hang, the broker's disk is full,"
          + " jobs are rescaled; nobody repairs but the stack itself. At the end the topics are"
          + " reconciled. Exit status 1 on any difference.",
      "",
      "The stack is one of its own, with its own ports and data, and is stopped afterwards. Needs"
          + " the program prlimit."
    })
public final class ChaosCommand implements Callable<Integer> {

  private static final String PORTS_OFFSET = "3000";

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long blows are dealt. Default: ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "The same seed, the same faults in the same order. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--pause",
      paramLabel = "DURATION",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description = "Longest pause between a repair and the next blow. Default: ${DEFAULT-VALUE}.")
  private Duration pause;

  @Option(
      names = "--fault",
      paramLabel = "KIND",
      description =
          "Only this kind of fault, once, or several at once as in kill.kafka+kill.ledger."
              + " Repeatable. Default: all kinds, again and again, at times"
              + " two at once.")
  private List<String> faults = new ArrayList<>();

  @Option(
      names = "--consumers",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Consumers of each kind: Kafka online, Kafka offline, fast, slow and disconnecting ones of"
              + " the gateway. Default: ${DEFAULT-VALUE}.")
  private int each;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write counts, differences and recovery times as JSON.")
  private Path report;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory of the stack. Default: .weir-chaos beside the weir script.")
  private Path data;

  @Option(names = "--keep", description = "Leave the stack up afterwards, for a look at it.")
  private boolean keep;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Setting of the stack, as for up. Repeatable.")
  private Map<String, String> settings = new TreeMap<>();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Override
  public Integer call() throws Exception {
    var terminal = Terminal.standard();
    var plan =
        faults.isEmpty() ? FaultPlan.random(seed, pause) : FaultPlan.once(seed, pause, faults);
    var duration = Duration.ofMillis((long) (minutes * Duration.ofMinutes(1).toMillis()));
    var home = Home.fromSystem();
    var directory = data == null ? home.root().resolve(".weir-chaos") : data;
    settings.putIfAbsent("ports.offset", PORTS_OFFSET);
    var stack = new ChaosStack(home, new DataDirectory(directory), settings, terminal);
    try {
      stack.start();
      var result =
          new ChaosRun(stack, new ChaosOptions(duration, seed, plan, each), terminal).run();
      if (report != null) {
        ReportJson.write(report, result.json());
      }
      terminal.lines(result.table());
      result.differences().forEach(difference -> terminal.line("DIFFERENCE %s", difference));
      return result.differences().isEmpty() ? 0 : 1;
    } finally {
      if (!keep) {
        stack.close();
      }
    }
  }
}
