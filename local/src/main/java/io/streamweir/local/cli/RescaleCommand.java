package io.streamweir.local.cli;

import io.streamweir.local.deploy.Deployer;
import io.streamweir.local.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "rescale",
    description =
        "Change the number of replicas of a deployment: its job stops with a savepoint and goes on"
            + " from it, requests in flight included. Streams pause meanwhile.")
public final class RescaleCommand implements Runnable {

  @Mixin private StackOption option;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "The deployment, as ./weir list shows it.")
  private String name;

  @Parameters(index = "1", paramLabel = "REPLICAS", description = "Each takes a slot.")
  private int replicas;

  @Override
  public void run() {
    var stack = option.stack().require("kafka", "registry", "jobmanager");
    stack.changeJobs(
        () -> {
          try (var deployer = new Deployer(stack.jobSite())) {
            deployer.rescale(name, replicas);
          }
        });
    Terminal.standard().line("%s has %d replica(s).", name, replicas);
  }
}
