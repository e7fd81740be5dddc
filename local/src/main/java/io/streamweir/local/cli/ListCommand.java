package io.streamweir.local.cli;

import io.streamweir.local.deploy.Deployer;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.TextTable;
import io.streamweir.schemas.ReplicaStatus;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "list", description = "Show the deployments and what their replicas report.")
public final class ListCommand implements Runnable {

  @Mixin private StackOption option;

  @Override
  public void run() {
    var stack = option.stack().require("kafka", "registry");
    try (var deployer = new Deployer(stack.jobSite())) {
      var view = deployer.view();
      var table =
          new TextTable()
              .row(
                  "deployment",
                  "model",
                  "on",
                  "state",
                  "replicas",
                  "running",
                  "waiting",
                  "tokens",
                  "kv blocks",
                  "length");
      for (var deployment : view.deployments().values()) {
        var live = view.liveReplicas(deployment.getName(), Instant.now());
        table.row(
            deployment.getName(),
            deployment.getModel(),
            deployment.getAccelerator() + "/" + deployment.getEngine(),
            deployment.getState(),
            live.size() + "/" + deployment.getReplicas(),
            live.stream().mapToInt(ReplicaStatus::getRunning).sum(),
            live.stream().mapToInt(ListCommand::waiting).sum(),
            live.stream().mapToLong(ReplicaStatus::getGeneratedTokens).sum(),
            live.stream().mapToInt(ReplicaStatus::getKvBlocksUsed).sum()
                + "/"
                + live.stream().mapToInt(ReplicaStatus::getKvBlocksTotal).sum(),
            deployment.getMaxModelLen());
      }
      Terminal.standard().lines(table);
    }
  }

  private static int waiting(ReplicaStatus replica) {
    return replica.getOnlineWaiting() + replica.getOfflineWaiting();
  }
}
