package io.streamweir.local.cli;

import io.streamweir.local.deploy.Deployer;
import io.streamweir.local.stack.Stack;
import io.streamweir.local.terminal.Terminal;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "terminate",
    description =
        "End a deployment: it takes no more requests, finishes those in flight, and its job stops"
            + " with a savepoint.")
public final class TerminateCommand implements Runnable {

  @Mixin private StackOption option;

  @Parameters(paramLabel = "NAME", description = "The deployment, as ./weir list shows it.")
  private String name;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long requests in flight may take. Default: ${DEFAULT-VALUE}.")
  private int drainSeconds;

  @Override
  public void run() {
    var stack = option.stack().require("kafka", "registry", "jobmanager");
    stack.changeJobs(() -> terminate(stack, Terminal.standard()));
  }

  private void terminate(Stack stack, Terminal terminal) {
    try (var deployer = new Deployer(stack.jobSite())) {
      var left = deployer.terminate(name, Duration.ofSeconds(drainSeconds));
      terminal.line("%s is terminated.", name);
      if (left > 0) {
        terminal.line(
            "%d requests had not ended. They are kept, and go on when %s is deployed again.",
            left, name);
      }
    }
  }
}
