package io.streamweir.local.deploy;

import io.streamweir.local.flink.FlinkJob;
import io.streamweir.local.flink.FlinkRest;
import io.streamweir.local.terminal.Pause;
import java.nio.file.Path;
import java.time.Duration;

/** Ends jobs with a savepoint, and so that none ever goes on from before it. */
record SavepointStop(FlinkRest flink, JobMemory memory) {

  /** Tasks that start, after a failure for example, restore their state and load an engine. */
  private static final Duration RUNNING_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration SAVEPOINT_TIMEOUT = Duration.ofSeconds(60);

  /** An engine may take its time to close. */
  private static final Duration END_TIMEOUT = Duration.ofSeconds(60);

  private static final Duration CLEANUP_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  /**
   * Waits until all tasks run, for no savepoint can be taken before, and returns when the job has
   * ended; at once if there is none.
   *
   * @param checkpoints where its savepoint goes
   * @throws io.streamweir.local.terminal.WeirException if the savepoint fails or takes too long
   */
  void stop(String jobName, Path checkpoints) {
    flink.liveJob(jobName).ifPresent(live -> stop(live, checkpoints));
  }

  private void stop(FlinkJob job, Path checkpoints) {
    awaitTasks(job.id());
    memory.markStopping(job.id());
    flink.stopWithSavepoint(job.id(), checkpoints.toUri(), SAVEPOINT_TIMEOUT);
    flink.awaitEnd(job.id(), END_TIMEOUT);
    if (isForgotten(job.id())) {
      memory.unmark(job.id());
    }
  }

  /** Why they do not run at last, the savepoint's failure tells. */
  private void awaitTasks(String jobId) {
    var deadline = System.nanoTime() + RUNNING_TIMEOUT.toNanos();
    while (!flink.running(jobId) && System.nanoTime() < deadline) {
      Pause.of(POLL_INTERVAL);
    }
  }

  /** The JobManager forgets a job some moments after it calls it ended. */
  private boolean isForgotten(String jobId) {
    var deadline = System.nanoTime() + CLEANUP_TIMEOUT.toNanos();
    while (memory.remembers(jobId)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Pause.of(POLL_INTERVAL);
    }
    return true;
  }
}
