package io.streamweir.local.deploy;

import io.streamweir.client.ClientOptions;
import io.streamweir.local.flink.FlinkRest;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * Where jobs are launched.
 *
 * @param flink the cluster
 * @param kafka how to reach topics and registry
 * @param routerJar of the routing job
 * @param inferenceJar of the inference job
 * @param jobSettings those that every job gets: brokers, registry, checkpoint interval
 * @param routerSettings the same, and more that the router gets
 * @param settingsDirectory keeps what each deployment was launched with
 * @param checkpointDirectory of a job by its short name
 * @param memory what the next JobManager finds of the jobs
 */
public record JobSite(
    FlinkRest flink,
    ClientOptions kafka,
    Path routerJar,
    Path inferenceJar,
    Map<String, String> jobSettings,
    Map<String, String> routerSettings,
    Path settingsDirectory,
    Function<String, Path> checkpointDirectory,
    JobMemory memory) {

  public JobSite {
    jobSettings = Map.copyOf(jobSettings);
    routerSettings = Map.copyOf(routerSettings);
  }
}
