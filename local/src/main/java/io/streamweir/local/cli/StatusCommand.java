package io.streamweir.local.cli;

import io.streamweir.local.stack.Overview;
import io.streamweir.local.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "status",
    description = "Show processes, jobs and addresses. Exit status 1 if anything does not run.")
public final class StatusCommand implements Callable<Integer> {

  @Mixin private StackOption option;

  @Override
  public Integer call() {
    var terminal = Terminal.standard();
    var overview = new Overview(option.stack());
    terminal.lines(overview.processes());
    if (!overview.complete()) {
      terminal.line(
          overview.supervised()
              ? "Not everything runs; the supervisor starts it again (./weir logs supervisor)."
              : "Not everything runs; ./weir up starts what is missing.");
      return 1;
    }
    terminal.line("");
    terminal.lines(overview.jobs());
    terminal.line("");
    terminal.lines(overview.addresses());
    return 0;
  }
}
