package io.streamweir.flink.ha;

import io.streamweir.threads.DaemonThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.blob.BlobStoreService;
import org.apache.flink.runtime.checkpoint.CheckpointRecoveryFactory;
import org.apache.flink.runtime.highavailability.AbstractHaServices;
import org.apache.flink.runtime.highavailability.EmbeddedApplicationResultStore;
import org.apache.flink.runtime.highavailability.JobResultStore;
import org.apache.flink.runtime.jobmanager.ApplicationStore;
import org.apache.flink.runtime.jobmanager.DefaultExecutionPlanStore;
import org.apache.flink.runtime.jobmanager.ExecutionPlanStore;
import org.apache.flink.runtime.jobmanager.ExecutionPlanStoreUtil;
import org.apache.flink.runtime.jobmanager.NoOpExecutionPlanStoreWatcher;
import org.apache.flink.runtime.jobmanager.StandaloneApplicationStore;
import org.apache.flink.runtime.leaderretrieval.DefaultLeaderRetrievalService;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalService;

/**
 * A JobManager that is started again finds the jobs of its predecessor and their newest
 * checkpoints, and every TaskManager finds the new JobManager, in files.
 *
 * <p>Who holds the lock leads, and gets a session id that nobody had before. TaskManagers refuse
 * what comes with another one, so a predecessor is fenced. The kernel releases the lock in the
 * moment in which its holder dies, in whatever way; a process that hangs keeps it, and whoever
 * replaces it must end it first. TaskManagers keep their tasks running until the next leader
 * presents itself, or until {@code heartbeat.timeout}.
 *
 * <p>Jobs are kept, applications in Flink's sense are not: a job that is submitted over REST needs
 * none.
 */
final class FileHaServices extends AbstractHaServices {

  private final HaDirectory directory;
  private final ScheduledExecutorService watch;

  FileHaServices(
      Configuration configuration,
      HaDirectory directory,
      Executor ioExecutor,
      BlobStoreService blobs,
      JobResultStore jobResults) {
    super(
        configuration,
        listener -> new FileLeaderElectionDriver(directory, listener),
        ioExecutor,
        blobs,
        jobResults,
        new EmbeddedApplicationResultStore());
    this.directory = directory;
    this.watch = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("leader-watch"));
  }

  @Override
  protected LeaderRetrievalService createLeaderRetrievalService(String component) {
    return new DefaultLeaderRetrievalService(
        (handler, fatal) ->
            new FileLeaderRetrievalDriver(directory.leader(component), handler, fatal, watch));
  }

  @Override
  protected CheckpointRecoveryFactory createCheckpointRecoveryFactory() {
    return new FileCheckpointRecoveryFactory(directory);
  }

  @Override
  protected ExecutionPlanStore createExecutionPlanStore() {
    return new DefaultExecutionPlanStore<>(
        new FileStateHandleStore<>(directory.jobs()),
        NoOpExecutionPlanStoreWatcher.INSTANCE,
        JobNames.INSTANCE);
  }

  @Override
  protected ApplicationStore createApplicationStore() {
    return new StandaloneApplicationStore();
  }

  @Override
  protected void internalClose() {
    watch.shutdown(); // an interrupt in the middle of a look would be taken for a failure
  }

  @Override
  protected void internalCleanup() {
    directory.clear();
  }

  @Override
  protected void internalCleanupJobData(JobID job) {
    directory.forget(job);
  }

  @Override
  protected String getLeaderPathForResourceManager() {
    return "resource_manager";
  }

  @Override
  protected String getLeaderPathForDispatcher() {
    return "dispatcher";
  }

  @Override
  protected String getLeaderPathForJobManager(JobID job) {
    return job.toHexString();
  }

  @Override
  protected String getLeaderPathForRestServer() {
    return "rest_server";
  }

  private enum JobNames implements ExecutionPlanStoreUtil {
    INSTANCE;

    @Override
    public String jobIDToName(JobID job) {
      return job.toHexString();
    }

    @Override
    public JobID nameToJobID(String name) {
      return JobID.fromHexString(name);
    }
  }
}
