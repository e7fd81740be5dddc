package io.streamweir.local.deploy;

import io.streamweir.client.catalogue.CatalogueView;
import io.streamweir.client.catalogue.DeploymentCatalogue;
import io.streamweir.client.topics.TopicProvisioner;
import io.streamweir.local.flink.FlinkJob;
import io.streamweir.local.flink.JobLauncher;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.DeploymentState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Launches and ends deployments: the catalogue says what should be, Flink runs it, and the replicas
 * say themselves that they are there. Not thread-safe.
 */
public final class Deployer implements AutoCloseable {

  private static final String ENTRY_CLASS = "io.streamweir.inference.InferenceJob";
  private static final Duration RUNNING_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(60);

  /** For slots that are just being reported; a job that runs on may wait no longer for them. */
  private static final Duration SLOT_PATIENCE = Duration.ofSeconds(5);

  private final JobSite site;
  private final PlanSettings settings;
  private final JobLauncher launcher;
  private final DeploymentCatalogue catalogue;
  private final ReplicaWatch replicas;

  /** Reads the catalogue; blocks until it is complete. */
  public Deployer(JobSite site) {
    this.site = site;
    this.settings = new PlanSettings(site.settingsDirectory());
    this.launcher = new JobLauncher(site.flink());
    this.catalogue = DeploymentCatalogue.open(site.kafka());
    this.replicas = new ReplicaWatch(catalogue, site.flink());
    try {
      Answers.await(catalogue.loaded(), "reading the catalogue");
    } catch (RuntimeException e) {
      catalogue.close();
      throw e;
    }
  }

  /** The catalogue as it is now. */
  public CatalogueView view() {
    return catalogue.view();
  }

  /**
   * Launches a new deployment and waits until its replicas serve. What an earlier deployment of the
   * same name had in flight when it was terminated goes on.
   *
   * @throws WeirException if there is one of that name, or the job does not come up: then nothing
   *     of it stays
   */
  public void deploy(DeploymentPlan plan) {
    view()
        .deployment(plan.name())
        .filter(Deployer::isWanted)
        .ifPresent(
            present -> {
              throw new WeirException(
                  "Deployment '%s' exists (%s). Terminate it first (./weir terminate %s), or choose another name"
                      .formatted(plan.name(), present.getState(), plan.name()));
            });
    plan.directory().check();
    try (var topics = new TopicProvisioner(site.kafka())) {
      topics.provisionDispatch(plan.name(), plan.dispatchPartitions());
    }
    settings.write(plan.name(), plan.settings());
    put(plan.record(DeploymentState.STARTING, ""));
    try {
      start(plan, DeploymentState.READY);
    } catch (WeirException e) {
      giveUp(plan, e);
      throw e;
    }
  }

  /**
   * Sees to it that every deployment of the catalogue has its job, with as many replicas as it
   * should, and that no other deployment has one. What a command that was killed had terminated
   * leaves the catalogue.
   *
   * @return names of those whose job was missing or of another size
   */
  public List<String> resume() {
    cancelForgotten();
    view().deployments().values().stream()
        .filter(deployment -> !isWanted(deployment))
        .forEach(deployment -> remove(deployment.getName()));
    var wrong =
        view().deployments().values().stream()
            .filter(Deployer::isWanted)
            .filter(deployment -> !runs(planOf(deployment)))
            .toList();
    wrong.forEach(
        deployment -> {
          var plan = planOf(deployment);
          launcher.awaitSlots(plan.jobName(), plan.replicas(), SLOT_PATIENCE);
          stop(deployment);
          start(plan, stateOnceUp(deployment));
        });
    return wrong.stream().map(Deployment::getName).toList();
  }

  /**
   * Gives a deployment another number of replicas: its job stops with a savepoint and goes on from
   * it. Requests that come meanwhile wait.
   *
   * @throws WeirException if there is no such deployment, or too few partitions of its topics or
   *     slots for that many, or if its job cannot be stopped and runs on: then nothing has changed;
   *     or if it does not come up: then it goes on with as many as before. If it cannot, or the
   *     JobManager died, {@link #resume} tries again
   */
  public void rescale(String name, int replicas) {
    var deployment = require(name);
    if (replicas < 1 || replicas > deployment.getDispatchPartitions()) {
      throw new WeirException(
          "'%s' can have 1 to %d replicas, one for each partition of its dispatch topics; not %d."
              .formatted(name, deployment.getDispatchPartitions(), replicas));
    }
    var wanted = Deployment.newBuilder(deployment).setReplicas(replicas).build();
    launcher.awaitSlots(planOf(deployment).jobName(), replicas, SLOT_PATIENCE);
    put(wanted);
    stopOrStay(deployment);
    try {
      start(planOf(wanted), stateOnceUp(deployment));
    } catch (WeirException e) {
      goBack(deployment, e);
      throw new WeirException(
          "'%s' did not come up with %d replicas, and goes on with %d as before: %s"
              .formatted(name, replicas, deployment.getReplicas(), e.getMessage()),
          e);
    }
  }

  /**
   * Ends a deployment: no new requests, then those in flight, then the job, with a savepoint.
   *
   * @param drain how long requests in flight may take
   * @return requests that had not ended; they go on if the name is deployed again
   * @throws WeirException if there is no such deployment
   */
  public int terminate(String name, Duration drain) {
    var deployment = require(name);
    put(with(deployment, DeploymentState.DRAINING));
    var job = site.flink().liveJob(planOf(deployment).jobName());
    var left = job.isPresent() ? replicas.awaitIdle(name, drain) : 0;
    stop(deployment);
    put(with(deployment, DeploymentState.TERMINATED));
    remove(name);
    return left;
  }

  @Override
  public void close() {
    catalogue.close();
  }

  private void start(DeploymentPlan plan, DeploymentState stateOnceUp) {
    var begin = Instant.now();
    var launch =
        launcher.ensure(
            new JobLauncher.Plan(
                plan.jobName(),
                site.inferenceJar(),
                ENTRY_CLASS,
                plan.arguments(site.jobSettings()),
                plan.replicas(),
                plan.replicas(),
                checkpoints(plan.name())));
    launcher.awaitRunning(launch.jobId(), plan.jobName(), RUNNING_TIMEOUT);
    replicas.awaitAll(plan, launch.jobId(), begin);
    put(plan.record(stateOnceUp, launch.jobId()));
  }

  /** Whether its job is there and of the right size, as far as can be told by now. */
  private boolean runs(DeploymentPlan plan) {
    var parallelism =
        site.flink().liveJob(plan.jobName()).map(job -> site.flink().parallelism(job.id()));
    return parallelism.filter(found -> found == 0 || found == plan.replicas()).isPresent();
  }

  private void stop(Deployment deployment) {
    new SavepointStop(site.flink(), site.memory())
        .stop(planOf(deployment).jobName(), checkpoints(deployment.getName()));
  }

  /** A job that runs on as it was has as many replicas as before, and so has the catalogue. */
  private void stopOrStay(Deployment deployment) {
    try {
      stop(deployment);
    } catch (WeirException e) {
      try {
        if (runs(planOf(deployment))) {
          put(deployment);
        }
      } catch (WeirException unanswered) {
        e.addSuppressed(unanswered);
      }
      throw e;
    }
  }

  /**
   * Leaves nothing of a deployment that did not come up. It is in the catalogue while its job may
   * be; of what is left even so, {@link #cancelForgotten} takes care.
   */
  private void giveUp(DeploymentPlan plan, WeirException why) {
    try {
      cancel(plan.jobName());
    } catch (WeirException e) {
      why.addSuppressed(e);
    } finally {
      remove(plan.name());
    }
  }

  /** The catalogue keeps the new number if the JobManager has died: its successor may do better. */
  private void goBack(Deployment former, WeirException why) {
    try {
      cancel(planOf(former).jobName());
      put(former);
      start(planOf(former), stateOnceUp(former));
    } catch (WeirException e) {
      why.addSuppressed(e);
      throw new WeirException(
          "'%s' did not come up with another number of replicas, nor with %d as before. ./weir up brings it back, as does the supervisor if the JobManager died. %s"
              .formatted(former.getName(), former.getReplicas(), why.getMessage()),
          why);
    }
  }

  private void cancelForgotten() {
    site.flink().jobs().stream()
        .filter(job -> !job.state().ended())
        .map(FlinkJob::name)
        .filter(job -> DeploymentPlan.deploymentOf(job).filter(this::isForgotten).isPresent())
        .forEach(this::cancel);
  }

  /** Not a job that somebody else submitted: settings of such a deployment have been kept here. */
  private boolean isForgotten(String deployment) {
    return settings.exist(deployment)
        && view().deployment(deployment).filter(Deployer::isWanted).isEmpty();
  }

  private static boolean isWanted(Deployment deployment) {
    return deployment.getState() != DeploymentState.TERMINATED;
  }

  private void cancel(String jobName) {
    site.flink()
        .liveJob(jobName)
        .ifPresent(
            job -> {
              site.flink().cancel(job.id());
              site.flink().awaitEnd(job.id(), END_TIMEOUT);
            });
  }

  private Deployment require(String name) {
    return view()
        .deployment(name)
        .orElseThrow(
            () ->
                new WeirException(
                    "There is no deployment '%s'; there are %s. See ./weir list"
                        .formatted(name, view().deployments().keySet())));
  }

  private void remove(String name) {
    Answers.await(catalogue.remove(name), "removing " + name);
  }

  private void put(Deployment deployment) {
    Answers.await(catalogue.put(deployment), "writing " + deployment.getName());
  }

  private DeploymentPlan planOf(Deployment deployment) {
    return DeploymentPlan.of(deployment, settings.read(deployment.getName()));
  }

  private Path checkpoints(String deployment) {
    return site.checkpointDirectory().apply("inference-" + deployment);
  }

  /** A deployment that was being terminated goes on with that only. */
  private static DeploymentState stateOnceUp(Deployment deployment) {
    return deployment.getState() == DeploymentState.DRAINING
        ? DeploymentState.DRAINING
        : DeploymentState.READY;
  }

  private static Deployment with(Deployment deployment, DeploymentState state) {
    return Deployment.newBuilder(deployment).setState(state).build();
  }
}
