package io.streamweir.local.stack;

import io.streamweir.local.deploy.Workload;
import io.streamweir.local.flink.FlinkJob;
import io.streamweir.local.process.RestartPause;
import io.streamweir.local.process.Service;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.threads.DaemonThreads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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

  /** Tasks that no JobManager has taken over by then have ended, on whichever TaskManager. */
  private static final Duration TASKS_ENDED = Services.WITHOUT_JOBMANAGER.plusSeconds(10);

  private final Stack stack;
  private final InstantSource clock;
  private final RestartPause pause;
  private final StackLock lock;
  private final Workload workload;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(DaemonThreads.named("job-recovery"));

  private CompletableFuture<Void> attempt = CompletableFuture.completedFuture(null);

  /** The JobManager that was last seen with all its jobs. */
  private volatile ProcessHandle complete;

  private ProcessHandle found;
  private Instant foundAt;

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
    var process = finding.process().filter(running -> !running.equals(complete)).orElse(null);
    if (process == null || !attempt.isDone()) {
      return;
    }
    if (!process.equals(found)) {
      found = process;
      foundAt = clock.instant();
    }
    var tasksEnd = foundAt.plus(TASKS_ENDED);
    attempt = CompletableFuture.runAsync(() -> attempt(process, tasksEnd), thread);
  }

  private void attempt(ProcessHandle jobManager, Instant tasksEnd) {
    if (pause.planned() && !pause.due()) {
      return;
    }
    try {
      lock.tryHolding(() -> recover(jobManager, tasksEnd));
    } catch (RuntimeException e) {
      var next = pause.died().toMillis();
      LOG.warn("The jobs are not back: {} Trying again in {} ms.", e.getMessage(), next, e);
    }
  }

  private void recover(ProcessHandle jobManager, Instant tasksEnd) {
    var services = stack.services();
    var needed = Stream.of(services.jobManager(), services.kafka(), services.registry());
    if (!needed.allMatch(Service::serves)) {
      return;
    }
    var live = stack.flink().jobs().stream().filter(job -> !job.state().ended()).toList();
    var begin = clock.instant();
    if (!formerTasksEnded(live) && begin.isBefore(tasksEnd)) {
      return;
    }
    try (var parallel = new Parallel()) {
      var router = parallel.start(workload::ensureRouter);
      var deployments = parallel.start(workload::ensureDeployments);
      // A submission that is under way when the other fails must not be tried a second time beside
      // it.
      CompletableFuture.allOf(router, deployments).exceptionally(failure -> null).join();
      parallel.join(List.of(router, deployments));
    }
    complete = jobManager;
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
  private boolean formerTasksEnded(List<FlinkJob> live) {
    var allCame =
        stack.services().taskManagers().stream()
            .filter(service -> service.find().running())
            .allMatch(Service::serves);
    if (!allCame || !live.stream().allMatch(job -> stack.flink().deployed(job.id()))) {
      return false;
    }
    var slots = stack.flink().slots();
    var taken = live.stream().mapToInt(job -> stack.flink().parallelism(job.id())).sum();
    return slots.total() > 0 && slots.occupied() <= taken;
  }
}
