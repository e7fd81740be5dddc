package io.streamweir.local.stack;

import io.streamweir.local.deploy.ModelDirectory;
import io.streamweir.local.deploy.Workload;
import io.streamweir.local.flink.JobDoctor;
import io.streamweir.local.process.PidFile;
import io.streamweir.local.process.Service;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.WeirException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Brings a stack up: starts what is missing, repairs what was killed, leaves alone what runs, and
 * waits until a request would succeed.
 */
public final class Startup {

  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  /** The supervisor holds that lock for moments only. */
  private static final Duration PROCESSES_PATIENCE = Duration.ofSeconds(5);

  private final Stack stack;
  private final Terminal terminal;
  private final Workload workload;
  private boolean anythingStarted;

  public Startup(Stack stack, Terminal terminal) {
    this.stack = stack;
    this.terminal = terminal;
    this.workload = new Workload(stack.jobSite(), terminal);
  }

  /**
   * @throws WeirException if a port is taken, a process ends early, or no request succeeds in time;
   *     what has started by then stays, for a look at it
   */
  public void run() {
    var begin = System.nanoTime();
    holdingLocks(this::startAll);
    var seconds = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0;
    terminal.line(
        anythingStarted ? "Ready after %.1f s." : "Everything runs and answers.", seconds);
  }

  /** Waits for the supervisor if it is just bringing the jobs back. */
  private void holdingLocks(Runnable action) {
    Runnable locked = () -> new StackLock(stack.data().lock()).holding(PROCESSES_PATIENCE, action);
    if (!new StackLock(stack.data().jobsLock()).tryHolding(locked)) {
      terminal.line("Waiting: the supervisor, or another command, is at work on the jobs.");
      stack.changeJobs(locked);
    }
  }

  private void startAll() {
    var missing =
        stack.services().all().stream().filter(service -> !service.find().running()).toList();
    anythingStarted = !missing.isEmpty();
    missing.forEach(this::explain);
    missing.forEach(
        service -> service.spec().ports().forEach(claim -> claim.check(service.name())));
    stack.prepare();
    forgetJobs();
    var services = stack.services();
    try (var parallel = new Parallel()) {
      var kafka = parallel.start(() -> serve(services.kafka()));
      var registry = parallel.start(() -> serve(services.registry()));
      var flink = new ArrayList<CompletableFuture<Void>>();
      flink.add(parallel.start(() -> serve(services.jobManager())));
      services.taskManagers().forEach(each -> flink.add(parallel.start(() -> serve(each))));
      var provisioned = parallel.after(List.of(kafka, registry), workload::provision);
      var gateway = parallel.after(List.of(provisioned), () -> serve(services.gateway()));
      var others =
          parallel.after(List.of(provisioned), () -> services.optional().forEach(this::serve));
      var processes = new ArrayList<>(flink);
      processes.addAll(List.of(gateway, others));
      var supervisor = parallel.after(processes, () -> services.supervisor().forEach(this::serve));
      var prerequisites = new ArrayList<>(flink);
      prerequisites.add(provisioned);
      var router = parallel.after(prerequisites, workload::ensureRouter);
      var deployments = parallel.after(prerequisites, this::ensureDeployments);
      var answer = parallel.after(List.of(router, deployments, gateway), this::awaitFirstAnswer);
      parallel.join(List.of(answer, others, supervisor));
    }
  }

  /**
   * A JobManager that this command starts gets its jobs from this command, with the settings and
   * the code of now, each from its newest checkpoint; not from the memory of its predecessor.
   */
  private void forgetJobs() {
    if (!stack.services().jobManager().find().running()) {
      stack.data().jobMemory().forget();
    }
  }

  private void ensureDeployments() {
    if (hasDefault()) {
      workload.ensureDeployments(new ModelDirectory(stack.home().defaultModel()));
    } else {
      workload.ensureDeployments();
    }
  }

  private boolean hasDefault() {
    return stack.settings().get(StackSettings.DEFAULT_DEPLOYMENT);
  }

  private void awaitFirstAnswer() {
    if (hasDefault()) {
      new FirstAnswer(stack.settings(), new JobDoctor(stack.flink()))
          .await(stack.home().defaultModelName());
    }
  }

  private void serve(Service service) {
    var finding = service.find();
    if (!finding.running()) {
      service.start();
    }
    awaitReady(service);
    if (!finding.running()) {
      terminal.line("%-14s ready (pid %d)", service.name(), service.find().pid());
    }
  }

  /** What was built anew may not get along with processes that were started before. */
  private void awaitReady(Service service) {
    try {
      service.awaitReady(TIMEOUT);
    } catch (WeirException e) {
      var outdated = new Overview(stack).outdated();
      if (outdated.isEmpty()) {
        throw e;
      }
      throw new WeirException(
          "%s%n%s started before the last build and may not understand what is started now: ./weir down, ./weir up"
              .formatted(e.getMessage(), outdated),
          e);
    }
  }

  private void explain(Service service) {
    var finding = service.find();
    if (finding.state() == PidFile.State.GONE) {
      terminal.line(
          "%-14s process %d is gone without having been stopped; starting it again",
          service.name(), finding.pid());
    } else if (finding.state() == PidFile.State.REUSED) {
      terminal.line(
          "%-14s its pid %d now belongs to a stranger, which is left alone; starting it again",
          service.name(), finding.pid());
    }
  }
}
