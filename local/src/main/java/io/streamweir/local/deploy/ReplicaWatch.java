package io.streamweir.local.deploy;

import io.streamweir.client.catalogue.CatalogueView;
import io.streamweir.client.catalogue.DeploymentCatalogue;
import io.streamweir.local.flink.FlinkRest;
import io.streamweir.local.flink.JobDoctor;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.ReplicaStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Waits for what the replicas of a deployment say of themselves. */
final class ReplicaWatch {

  private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(120);

  /** Between two looks at the job. */
  private static final Duration GLANCE = Duration.ofMillis(500);

  private final DeploymentCatalogue catalogue;
  private final JobDoctor doctor;

  ReplicaWatch(DeploymentCatalogue catalogue, FlinkRest flink) {
    this.catalogue = catalogue;
    this.doctor = new JobDoctor(flink);
  }

  /**
   * Waits until all replicas have reported.
   *
   * @param begin reports before it are of an earlier run
   * @throws WeirException with the job's failure, if it fails again and again
   */
  void awaitAll(DeploymentPlan plan, String jobId, Instant begin) {
    var deadline = System.nanoTime() + LOAD_TIMEOUT.toNanos();
    var all = catalogue.await(view -> reports(view, plan.name(), begin).size() >= plan.replicas());
    while (!Answers.within(all, GLANCE, "reading the catalogue")) {
      doctor
          .diagnose(jobId, plan.jobName(), begin)
          .ifPresent(
              diagnosis -> {
                throw new WeirException(diagnosis);
              });
      if (System.nanoTime() > deadline) {
        throw new WeirException(
            "Not all %d replicas of %s have reported within %d s. See job '%s' in the dashboard, and ./weir logs taskmanager"
                .formatted(plan.replicas(), plan.name(), LOAD_TIMEOUT.toSeconds(), plan.jobName()));
      }
    }
  }

  /**
   * Waits until the replicas have nothing in flight.
   *
   * @return what they still have when the time is over
   */
  int awaitIdle(String deployment, Duration timeout) {
    var begin = Instant.now();
    var idle =
        catalogue.await(
            view -> {
              var reports = reports(view, deployment, begin);
              return !reports.isEmpty() && inFlight(reports) == 0;
            });
    return Answers.within(idle, timeout, "reading the catalogue")
        ? 0
        : inFlight(reports(catalogue.view(), deployment, begin));
  }

  private static List<ReplicaStatus> reports(CatalogueView view, String name, Instant begin) {
    return view.liveReplicas(name, Instant.now()).stream()
        .filter(report -> report.getReportedAtMs() >= begin.toEpochMilli())
        .toList();
  }

  private static int inFlight(List<ReplicaStatus> reports) {
    return reports.stream()
        .mapToInt(
            report -> report.getRunning() + report.getOnlineWaiting() + report.getOfflineWaiting())
        .sum();
  }
}
