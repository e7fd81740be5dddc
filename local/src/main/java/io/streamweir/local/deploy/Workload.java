package io.streamweir.local.deploy;

import io.streamweir.client.topics.TopicProvisioner;
import io.streamweir.local.flink.JobLauncher;
import io.streamweir.local.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a cluster must hold so that requests are answered: topics, schemas, router, deployments. */
public final class Workload {

  private static final String ROUTER = "router";
  private static final int DISPATCH_PARTITIONS = 6;
  private static final Duration RUNNING_TIMEOUT = Duration.ofSeconds(60);

  private final JobSite site;
  private final Terminal terminal;

  public Workload(JobSite site, Terminal terminal) {
    this.site = site;
    this.terminal = terminal;
  }

  /** Creates topics and registers schemas; needs Kafka and the registry. */
  public void provision() {
    try (var provisioner = new TopicProvisioner(site.kafka())) {
      var created = provisioner.provisionFixed();
      if (!created.isEmpty()) {
        terminal.line("%-14s %d created, schemas registered", "topics", created.size());
      }
    }
  }

  /** Sees to it that the router runs. */
  public void ensureRouter() {
    var launcher = new JobLauncher(site.flink());
    var launch =
        launcher.ensure(
            new JobLauncher.Plan(
                ROUTER,
                site.routerJar(),
                "io.streamweir.router.RouterJob",
                arguments(site.routerSettings()),
                1,
                1,
                site.checkpointDirectory().apply(ROUTER)));
    launcher.awaitRunning(launch.jobId(), ROUTER, RUNNING_TIMEOUT);
    if (launch.started()) {
      terminal.line(
          "%-14s job runs%s",
          ROUTER, launch.resumedFrom().map(from -> ", from " + from.getFileName()).orElse(""));
    }
  }

  /** Stops the router with a savepoint, and starts what is built now from it. */
  public void restartRouter() {
    new SavepointStop(site.flink(), site.memory())
        .stop(ROUTER, site.checkpointDirectory().apply(ROUTER));
    ensureRouter();
  }

  /** Sees to it that every deployment of the catalogue runs. */
  public void ensureDeployments() {
    try (var deployer = new Deployer(site)) {
      resume(deployer);
    }
  }

  /**
   * Sees to it that every deployment of the catalogue runs, and that there is one of this model.
   *
   * @param model deployed on the CPU, under the name of its directory
   */
  public void ensureDeployments(ModelDirectory model) {
    var plan = plan(model.check());
    try (var deployer = new Deployer(site)) {
      resume(deployer);
      if (deployer.view().deployment(plan.name()).isEmpty()) {
        deployer.deploy(plan);
        terminal.line("%-14s %s is ready", "deployment", plan.name());
      }
    }
  }

  private void resume(Deployer deployer) {
    deployer.resume().forEach(name -> terminal.line("%-14s %s goes on", "deployment", name));
  }

  private static DeploymentPlan plan(ModelDirectory model) {
    return new DeploymentPlan(
        model.name() + "-cpu",
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
