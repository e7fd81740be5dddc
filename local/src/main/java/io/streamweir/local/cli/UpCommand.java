package io.streamweir.local.cli;

import io.streamweir.local.stack.Home;
import io.streamweir.local.stack.Overview;
import io.streamweir.local.stack.Stack;
import io.streamweir.local.stack.Startup;
import io.streamweir.local.terminal.Terminal;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "up",
    description =
        "Start the stack, or repair it: what is missing or was killed starts again and goes on from"
            + " its data. Returns when a request has been answered.",
    footerHeading = "%nSettings (kept in weir.properties of the data directory):%n",
    footer = "${bundle:settings}",
    resourceBundle = "io.streamweir.local.cli.SettingsHelp")
public final class UpCommand implements Runnable {

  @Mixin private StackOption option;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change a setting, for example --set ports.offset=100. Repeatable.")
  private Map<String, String> settings = new TreeMap<>();

  @Override
  public void run() {
    var stack = Stack.open(Home.fromSystem(), option.directory(), settings);
    var terminal = Terminal.standard();
    new Startup(stack, terminal).run();
    var overview = new Overview(stack);
    terminal.lines(overview.addresses());
    if (!overview.outdated().isEmpty()) {
      terminal.line(
          "%s started before the last build and runs the code of then; to change that: ./weir down,"
              + " ./weir up",
          overview.outdated());
    }
  }
}
