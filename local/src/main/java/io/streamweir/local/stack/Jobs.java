package io.streamweir.local.stack;

import io.streamweir.client.topics.TopicProvisioner;
import io.streamweir.local.deploy.Deployer;
import io.streamweir.local.deploy.DeploymentPlan;
import io.streamweir.local.deploy.ModelDirectory;
import io.streamweir.local.flink.JobLauncher;
import io.streamweir.local.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What runs on the processes of a stack: topics and schemas, the router, the deployments. */
final class Jobs {

  /** Name of the deployment that up makes. */
  static final String DEFAULT_DEPLOYMENT = "support-intents-cpu";

  private static final String ROUTER = "router";
  private static final int DISPATCH_PARTITIONS = 6;
  private static final Duration RUNNING_TIMEOUT = Duration.ofSeconds(60);

  private final Stack stack;
  private final Terminal terminal;

  Jobs(Stack stack, Terminal terminal) {
    this.stack = stack;
    this.terminal = terminal;
  }

  /** Creates topics and registers schemas; needs Kafka and the registry. */
  void provision() {
    try (var provisioner = new TopicProvisioner(stack.clientOptions())) {
      var created = provisioner.provisionFixed();
      if (!created.isEmpty()) {
        terminal.line("%-14s %d created, schemas registered", "topics", created.size());
      }
    }
  }

  /** Sees to it that the router runs. */
  void ensureRouter() {
    var launcher = new JobLauncher(stack.flink());
    var launch =
        launcher.ensure(
            new JobLauncher.Plan(
                ROUTER,
                stack.home().moduleJar("router-job"),
                "io.streamweir.router.RouterJob",
                arguments(stack.settings().jobSettings()),
                1,
                1,
                stack.data().checkpoints(ROUTER)));
    launcher.awaitRunning(launch.jobId(), ROUTER, RUNNING_TIMEOUT);
    if (launch.started()) {
      terminal.line(
          "%-14s job runs%s",
          ROUTER, launch.resumedFrom().map(from -> ", from " + from.getFileName()).orElse(""));
    }
  }

  /** Sees to it that every deployment runs, and that the default one is deployed. */
  void ensureDeployments() {
    try (var deployer = new Deployer(stack.deploymentSite())) {
      deployer.resume().forEach(name -> terminal.line("%-14s %s goes on", "deployment", name));
      if (stack.settings().get(StackSettings.DEFAULT_DEPLOYMENT)
          && deployer.view().deployment(DEFAULT_DEPLOYMENT).isEmpty()) {
        deployer.deploy(defaultPlan());
        terminal.line("%-14s %s is ready", "deployment", DEFAULT_DEPLOYMENT);
      }
    }
  }

  private DeploymentPlan defaultPlan() {
    var model = new ModelDirectory(stack.home().defaultModel()).check();
    return new DeploymentPlan(
        DEFAULT_DEPLOYMENT,
        model.name(),
        List.of(),
        model,
        "djl",
        "cpu",
        1,
        DISPATCH_PARTITIONS,
        model.maxModelLen(),
        Map.of());
  }

  private static List<String> arguments(Map<String, String> settings) {
    var words = new ArrayList<String>();
    settings.forEach((key, value) -> words.addAll(List.of("--" + key, value)));
    return words;
  }
}
