package io.streamweir.local.flink;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Tells a job that will not come up by itself from one that is merely slow. */
public final class JobDoctor {

  /** Once or twice may be a busy machine on which slots are late. */
  private static final int HOPELESS = 5;

  private static final Duration HOPE = Duration.ofSeconds(15);

  private static final String STATE_MIGRATION = "StateMigrationException";

  /** Not the job's fault: a TaskManager is missing, or has just come. */
  private static final String NO_SLOT = "NoResourceAvailableException";

  private final FlinkRest flink;

  public JobDoctor(FlinkRest flink) {
    this.flink = flink;
  }

  /**
   * What ails a job; empty if it may yet run.
   *
   * @param since earlier failures do not count
   */
  public Optional<String> diagnose(String jobId, String name, Instant since) {
    if (Instant.now().isBefore(since.plus(HOPE))) {
      return Optional.empty();
    }
    var recent =
        flink.failures(jobId).stream()
            .filter(failure -> isRecent(failure) && failure.at().isAfter(since))
            .filter(failure -> !failure.cause().contains(NO_SLOT))
            .toList();
    return recent.size() < HOPELESS
        ? Optional.empty()
        : Optional.of(
            "Job '%s' fails again and again: %s%s See ./weir logs taskmanager"
                .formatted(name, recent.get(0).cause(), advice(recent.get(0))));
  }

  /** What ails any of the jobs that should run. */
  public Optional<String> diagnoseAll(Instant since) {
    return flink.jobs().stream()
        .filter(job -> !job.state().ended())
        .flatMap(job -> diagnose(job.id(), job.name(), since).stream())
        .findFirst();
  }

  private static boolean isRecent(JobFailure failure) {
    return failure.at().isAfter(Instant.now().minus(HOPE));
  }

  private static String advice(JobFailure failure) {
    return failure.cause().contains(STATE_MIGRATION)
        ? ". Its checkpoint is of another version of the job, which this one cannot read: go back to"
            + " that version, or begin with another --data directory."
        : ".";
  }
}
