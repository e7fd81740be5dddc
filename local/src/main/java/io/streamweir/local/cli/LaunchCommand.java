package io.streamweir.local.cli;

import io.streamweir.client.ClientOptions;
import io.streamweir.local.deploy.JobSite;
import io.streamweir.local.deploy.ModelDirectory;
import io.streamweir.local.deploy.Workload;
import io.streamweir.local.flink.FlinkRest;
import io.streamweir.local.stack.Arrival;
import io.streamweir.local.stack.DataDirectory;
import io.streamweir.local.stack.Home;
import io.streamweir.local.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "launch",
    description =
        "Create topics and schemas, and submit the router and the default deployment, on servers"
            + " that somebody else started: containers, for example.")
public final class LaunchCommand implements Runnable {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @Option(
      names = "--kafka",
      required = true,
      description = "Bootstrap servers, as the jobs see them.")
  private String kafka;

  @Option(names = "--registry", required = true, description = "URL of the schema registry.")
  private String registry;

  @Option(names = "--flink", required = true, description = "URL of the JobManager's REST API.")
  private String flink;

  @Option(
      names = "--data",
      required = true,
      description =
          "Directory for checkpoints, under this path here, in the JobManager and in every"
              + " TaskManager.")
  private Path data;

  @Option(
      names = "--checkpoint-interval",
      defaultValue = "1 s",
      description = "Of every job. Default: ${DEFAULT-VALUE}.")
  private String checkpointInterval;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Override
  public void run() {
    var home = Home.fromSystem();
    var directory = new DataDirectory(data);
    var terminal = Terminal.standard();
    Arrival.await(registry + "/subjects", PATIENCE);
    Arrival.await(flink + "/overview", PATIENCE);
    var settings =
        Map.of(
            "kafka.bootstrap.servers", kafka,
            "schema.registry.url", registry,
            "checkpoint.interval", checkpointInterval);
    var workload =
        new Workload(
            new JobSite(
                new FlinkRest(flink),
                ClientOptions.of(kafka, registry),
                home.moduleJar("router-job"),
                home.moduleJar("inference-job"),
                settings,
                settings,
                directory.deployments(),
                directory::checkpoints,
                directory.jobMemory()),
            terminal);
    workload.provision();
    workload.ensureRouter();
    workload.ensureDeployments(new ModelDirectory(home.defaultModel()));
  }
}
