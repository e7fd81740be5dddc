package io.streamweir.local.cli;

import io.streamweir.local.deploy.Deployer;
import io.streamweir.local.deploy.DeploymentPlan;
import io.streamweir.local.deploy.ModelDirectory;
import io.streamweir.local.terminal.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "deploy",
    description =
        "Launch a model as a Flink job, shown in the dashboard under the model's name. Returns when"
            + " its replicas serve.")
public final class DeployCommand implements Runnable {

  @Mixin private StackOption option;

  @Parameters(
      paramLabel = "NAME",
      description = "Name of the deployment: lower case letters, digits, hyphens.")
  private String name;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "PATH",
      description = "Directory of the model in Hugging Face layout.")
  private Path path;

  @Option(
      names = "--as",
      paramLabel = "MODEL",
      description = "Name that requests ask for. Default: the name of the directory.")
  private String model;

  @Option(names = "--alias", description = "Another name for requests. Repeatable.")
  private List<String> aliases = new ArrayList<>();

  @Option(
      names = "--engine",
      defaultValue = "djl",
      description = "Engine. Default: ${DEFAULT-VALUE}.")
  private String engine;

  @Option(
      names = "--accelerator",
      defaultValue = "cpu",
      description = "cpu, gpu or npu. Default: ${DEFAULT-VALUE}.")
  private String accelerator;

  @Option(
      names = "--replicas",
      defaultValue = "1",
      description = "Each takes a slot of a TaskManager. Default: ${DEFAULT-VALUE}.")
  private int replicas;

  @Option(
      names = "--partitions",
      defaultValue = "6",
      description =
          "Partitions of each dispatch topic: most replicas ever. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--max-model-len",
      paramLabel = "TOKENS",
      description = "Longest prompt plus completion. Default: what the model was made for.")
  private Integer maxModelLen;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Setting of the inference job, for example engine.threads=2. Repeatable.")
  private Map<String, String> settings = new TreeMap<>();

  @Override
  public void run() {
    var stack = option.stack().require("kafka", "registry", "jobmanager");
    var directory = new ModelDirectory(path).check();
    var plan =
        new DeploymentPlan(
            name,
            model == null ? directory.name() : model,
            aliases,
            directory,
            engine,
            accelerator,
            replicas,
            partitions,
            maxModelLen == null ? directory.maxModelLen() : maxModelLen,
            settings);
    stack.changeJobs(
        () -> {
          try (var deployer = new Deployer(stack.jobSite())) {
            deployer.deploy(plan);
          }
        });
    Terminal.standard()
        .line("%s serves model '%s' with %d replica(s).", name, plan.model(), replicas);
  }
}
