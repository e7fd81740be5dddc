package io.streamweir.local.stack;

import io.streamweir.local.deploy.Workload;
import io.streamweir.local.flink.FlinkJob;
import io.streamweir.local.process.PidFile;
import io.streamweir.local.process.RestartPause;
import io.streamweir.local.process.Service;
import io.streamweir.local.terminal.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings those of router and deployments back that a new JobManager does not find: their newest
 * checkpoints are there. Once a JobManager has its jobs, Flink looks after them, and this has
 * nothing to do until the next one.
 *
 * <p>Two runs of one job must not overlap. So nothing is submitted before every TaskManager has
 * found the new JobManager and has given back the slots of its former tasks; and whoever else
 * launches or ends jobs, a command that is, holds the same lock.
 */
final class JobRecovery {

  private static final Logger LOG = LoggerFactory.getLogger(JobRecovery.class);

  /** A TaskManager that has not come by then will not bring an old task back either. */
  private static final Duration TASKMANAGER_PATIENCE = Duration.ofSeconds(40);

  private final Stack stack;
  private final InstantSource clock;
  private final RestartPause pause;
  private final StackLock lock;
  private final Workload workload;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            var thread = new Thread(work, "job-recovery");
            thread.setDaemon(true);
            return thread;
          });

  private CompletableFuture<Void> attempt = CompletableFuture.completedFuture(null);

  /** The JobManager that was last seen with all its jobs. */
  private volatile ProcessHandle complete;

  JobRecovery(Stack stack, InstantSource clock, RestartPause pause) {
    this.stack = stack;
    this.clock = clock;
    this.pause = pause;
    this.lock = new StackLock(stack.data().jobsLock());
    this.workload = new Workload(stack.jobSite(), new Terminal(System.out, false));
  }

  /** Begins a recovery if one is needed and none goes on; returns without waiting for it. */
  void round() {
    var finding = stack.services().jobManager().find();
    var needed = finding.process().filter(process -> !process.equals(complete)).isPresent();
    if (needed && attempt.isDone()) {
      attempt = CompletableFuture.runAsync(() -> attempt(finding), thread);
    }
  }

  private void attempt(PidFile.Finding jobManager) {
    if (pause.planned() && !pause.due()) {
      return;
    }
    try {
      lock.tryHolding(() -> recover(jobManager));
    } catch (RuntimeException e) {
      var next = pause.died().toMillis();
      LOG.warn("The jobs are not back: {} Trying again in {} ms.", e.getMessage(), next, e);
    }
  }

  private void recover(PidFile.Finding jobManager) {
    var services = stack.services();
    var needed = Stream.of(services.jobManager(), services.kafka(), services.registry());
    if (!needed.allMatch(Service::serves)) {
      return;
    }
    var live = stack.flink().jobs().stream().filter(job -> !job.state().ended()).toList();
    if (!formerTasksEnded(live, jobManager.startedAt())) {
      return;
    }
    var begin = clock.instant();
    try (var parallel = new Parallel()) {
      var router = parallel.start(workload::ensureRouter);
      var deployments = parallel.start(workload::ensureDeployments);
      // A submission that is under way when the other fails must not be tried a second time beside
      // it.
      CompletableFuture.allOf(router, deployments).exceptionally(failure -> null).join();
      parallel.join(List.of(router, deployments));
    }
    complete = jobManager.process().orElseThrow();
    pause.started();
    LOG.info(
        "The jobs of JobManager {} run; {} ran before, the others took {} ms",
        jobManager.pid(),
        live.size(),
        Duration.between(begin, clock.instant()).toMillis());
  }

  /**
   * What is occupied beyond the slots of the jobs that are there, is so by tasks of former ones.
   */
  private boolean formerTasksEnded(List<FlinkJob> live, Optional<Instant> jobManagerStartedAt) {
    var allCame =
        stack.services().taskManagers().stream()
            .filter(service -> service.find().running())
            .allMatch(Service::serves);
    if (allCame && live.stream().allMatch(job -> stack.flink().deployed(job.id()))) {
      var slots = stack.flink().slots();
      var taken = live.stream().mapToInt(job -> stack.flink().parallelism(job.id())).sum();
      if (slots.total() > 0 && slots.occupied() <= taken) {
        return true;
      }
    }
    return jobManagerStartedAt
        .filter(started -> started.plus(TASKMANAGER_PATIENCE).isBefore(clock.instant()))
        .isPresent();
  }
}
