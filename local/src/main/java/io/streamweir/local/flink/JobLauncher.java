package io.streamweir.local.flink;

import io.streamweir.local.terminal.Pause;
import io.streamweir.local.terminal.WeirException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sees to it that a job runs, going on from the newest checkpoint that its last run left. */
public final class JobLauncher {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
  private static final Duration SLOT_PATIENCE = Duration.ofSeconds(20);

  private final FlinkRest flink;

  public JobLauncher(FlinkRest flink) {
    this.flink = flink;
  }

  /**
   * What to run.
   *
   * @param name as the job calls itself
   * @param checkpoints where its checkpoints are
   * @param slots how many slots it takes
   */
  public record Plan(
      String name,
      Path jar,
      String entryClass,
      List<String> arguments,
      int parallelism,
      int slots,
      Path checkpoints) {}

  /**
   * What was done.
   *
   * @param resumedFrom the checkpoint; empty if the job began anew or ran already
   */
  public record Launch(String jobId, boolean started, Optional<Path> resumedFrom) {}

  /**
   * Starts the job unless one of its name is there.
   *
   * @throws WeirException if the cluster has too few free slots, or refuses the job
   */
  public Launch ensure(Plan plan) {
    var live = flink.liveJob(plan.name());
    if (live.isPresent()) {
      return new Launch(live.get().id(), false, Optional.empty());
    }
    awaitSlots(plan.name(), plan.slots(), SLOT_PATIENCE);
    var checkpoint = Checkpoints.newest(plan.checkpoints());
    var jobId =
        flink.submit(
            new JobSubmission(
                plan.jar(),
                plan.entryClass(),
                plan.arguments(),
                plan.parallelism(),
                plan.checkpoints().toUri(),
                checkpoint.map(Path::toUri)));
    return new Launch(jobId, true, checkpoint);
  }

  /**
   * Waits until the job runs.
   *
   * @throws WeirException with its last failure, if it ends before or the time is over
   */
  public void awaitRunning(String jobId, String name, Duration timeout) {
    var deadline = System.nanoTime() + timeout.toNanos();
    var state = stateOf(jobId, name);
    while (state != JobState.RUNNING) {
      if (state.ended() || System.nanoTime() > deadline) {
        throw new WeirException(
            "Job '%s' is %s%s. See it in the dashboard, and ./weir logs jobmanager."
                .formatted(
                    name,
                    state,
                    flink.failures(jobId).stream()
                        .findFirst()
                        .map(failure -> ": " + failure.cause())
                        .orElse("")));
      }
      Pause.of(POLL_INTERVAL);
      state = stateOf(jobId, name);
    }
  }

  private JobState stateOf(String jobId, String name) {
    return flink.jobs().stream()
        .filter(job -> job.id().equals(jobId))
        .findFirst()
        .map(FlinkJob::state)
        .orElseThrow(
            () ->
                new WeirException(
                    "The JobManager has forgotten job '" + name + "' (" + jobId + ")."));
  }

  /**
   * Waits until a job of that name could have so many slots: those that are free, and those that it
   * has. A TaskManager that has just registered, or whose job has just ended, reports its slots
   * later.
   *
   * @throws WeirException if it could not within the time
   */
  public void awaitSlots(String name, int wanted, Duration patience) {
    var deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      var own = ownSlots(name);
      var slots = flink.slots();
      if (slots.free() + own >= wanted) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new WeirException(
            "Job '%s' needs %d slots, but of %d slots only %d are free for it. Start more TaskManagers (./weir down, ./weir up --set taskmanagers=N), or terminate a deployment."
                .formatted(name, wanted, slots.total(), slots.free() + own));
      }
      Pause.of(POLL_INTERVAL);
    }
  }

  private int ownSlots(String name) {
    return flink
        .liveJob(name)
        .filter(job -> flink.deployed(job.id()))
        .map(job -> flink.parallelism(job.id()))
        .orElse(0);
  }
}
