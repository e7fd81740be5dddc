package io.streamweir.flink;

import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Refuses to submit a job while the cluster runs another that does the same work. Two of them would
 * read the same topics, and write what contradicts each other.
 *
 * <p>A JobManager that takes over the jobs of its predecessor does not submit them, so nothing is
 * asked then. Of jobs on another cluster this knows nothing.
 */
public final class SoleJob {

  private static final String LOCAL = "local";
  private static final long PATIENCE_SECONDS = 30;

  private SoleJob() {}

  /**
   * To be asked by the main method of a job.
   *
   * @param work what only one job may do, for the message
   * @param sameWork whether a job of a name does it
   * @param advice what to do instead, a sentence
   * @throws IllegalStateException if there is such a job that has not ended
   */
  public static void check(
      StreamExecutionEnvironment env, String work, Predicate<String> sameWork, String advice)
      throws Exception {
    var configuration = Configuration.fromMap(env.getConfiguration().toMap());
    if (LOCAL.equals(configuration.get(DeploymentOptions.TARGET))) {
      return;
    }
    try (var cluster = new RestClusterClient<>(configuration, StandaloneClusterId.getInstance())) {
      for (var job : cluster.listJobs().get(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        if (!job.getJobState().isGloballyTerminalState() && sameWork.test(job.getJobName())) {
          throw new IllegalStateException(
              "There is a job that does %s: '%s' (%s), which is %s. A second one would do all of it again. %s"
                  .formatted(work, job.getJobName(), job.getJobId(), job.getJobState(), advice));
        }
      }
    }
  }
}
