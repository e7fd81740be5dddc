package io.streamweir.local.cli;

import io.streamweir.local.demo.DemoOptions;
import io.streamweir.local.demo.DemoRun;
import io.streamweir.local.stack.Home;
import io.streamweir.local.stack.Shutdown;
import io.streamweir.local.stack.Stack;
import io.streamweir.local.stack.Startup;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.WeirException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = {
      "The main job on real input: the utterances of a CSV file are turned into intents and entities"
          + " as a batch on the offline lane, while a simulated shop sends online requests. Every"
          + " request must have exactly one result and one usage record, and the token log must"
          + " agree with the bill. Exit status 1 if a count does not match.",
      "",
      "The stack is started or repaired if need be, and left up; --down stops it afterwards. Some"
          + " requests go ahead to warm the processes up; they are not counted."
    })
public final class DemoCommand implements Callable<Integer> {

  /** Where a trace lies beside the checkout, if somebody put it there. */
  private static final String TRACE = "../shared/data/traces/azure_llm_2023_conv.csv";

  private static final String SYNTHETIC = "none";
  private static final int RATE_PER_CORE = 5;

  @Mixin private StackOption option;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description =
          "CSV with the columns utterance, intent, entity_type, start_offset, end_offset. Default:"
              + " models/support-intents/data/dev.csv.")
  private Path input;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "CSV with a column TIMESTAMP: the arrivals of the online requests, time scaled to --rate."
              + " 'none': bursty synthetic arrivals. Default: "
              + TRACE
              + " if it is there, else none.")
  private String trace;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Mean online requests per second. Default: 5 for each core.")
  private Double rate;

  @Option(
      names = "--duration",
      paramLabel = "SECONDS",
      defaultValue = "45",
      description = "Of the online load. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write everything that the table shows as JSON.")
  private Path report;

  @Option(names = "--down", description = "Stop the stack afterwards.")
  private boolean down;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Setting of the stack, as for up. Repeatable.")
  private Map<String, String> settings = new TreeMap<>();

  @Override
  public Integer call() {
    var terminal = Terminal.standard();
    var stack = Stack.open(Home.fromSystem(), option.directory(), settings);
    new Startup(stack, terminal).run();
    var status = run(stack, terminal);
    if (down) {
      new Shutdown(stack, terminal).run();
    } else {
      terminal.line("The stack stays up (%s); stop it: ./weir down", stack.data().root());
    }
    return status;
  }

  private int run(Stack stack, Terminal terminal) {
    var demo = new DemoRun(stack.clientOptions(), options(stack), terminal).run();
    terminal.line("");
    terminal.lines(demo.table());
    terminal.line("");
    if (report != null) {
      demo.write(report);
    }
    demo.mismatches().forEach(words -> terminal.line("MISMATCH: %s", words));
    return demo.mismatches().isEmpty() ? 0 : 1;
  }

  private DemoOptions options(Stack stack) {
    var home = stack.home();
    return new DemoOptions(
        input == null ? home.root().resolve("models/support-intents/data/dev.csv") : input,
        trace(home),
        rate == null ? RATE_PER_CORE * Runtime.getRuntime().availableProcessors() : rate,
        Duration.ofSeconds(seconds),
        home.defaultModelName(),
        stack.settings().flinkUrl());
  }

  private Optional<Path> trace(Home home) {
    if (trace == null) {
      return Optional.of(home.root().resolve(TRACE).normalize()).filter(Files::exists);
    }
    if (trace.equals(SYNTHETIC)) {
      return Optional.empty();
    }
    var file = Path.of(trace);
    if (!Files.exists(file)) {
      throw new WeirException("There is no trace " + file + "; --trace none does without");
    }
    return Optional.of(file);
  }
}
