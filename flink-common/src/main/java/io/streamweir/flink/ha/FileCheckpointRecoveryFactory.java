package io.streamweir.flink.ha;

import java.util.concurrent.Executor;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.checkpoint.CheckpointIDCounter;
import org.apache.flink.runtime.checkpoint.CheckpointRecoveryFactory;
import org.apache.flink.runtime.checkpoint.CheckpointStoreUtil;
import org.apache.flink.runtime.checkpoint.CompletedCheckpoint;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStore;
import org.apache.flink.runtime.checkpoint.DefaultCompletedCheckpointStore;
import org.apache.flink.runtime.checkpoint.DefaultCompletedCheckpointStoreUtils;
import org.apache.flink.runtime.state.SharedStateRegistryFactory;

/** The checkpoints of each job, the newest of which its next JobManager goes on from. */
record FileCheckpointRecoveryFactory(HaDirectory directory) implements CheckpointRecoveryFactory {

  @Override
  public CompletedCheckpointStore createRecoveredCompletedCheckpointStore(
      JobID job,
      int maxRetained,
      SharedStateRegistryFactory registryFactory,
      Executor ioExecutor,
      RecoveryClaimMode claimMode)
      throws Exception {
    var store = new FileStateHandleStore<CompletedCheckpoint>(directory.checkpoints(job));
    var checkpoints =
        DefaultCompletedCheckpointStoreUtils.retrieveCompletedCheckpoints(store, Names.INSTANCE);
    return new DefaultCompletedCheckpointStore<>(
        maxRetained,
        store,
        Names.INSTANCE,
        checkpoints,
        registryFactory.create(ioExecutor, checkpoints, claimMode),
        ioExecutor);
  }

  @Override
  public CheckpointIDCounter createCheckpointIDCounter(JobID job) {
    return new FileCheckpointIdCounter(directory.checkpointCounter(job));
  }

  /** The order of the names is that of the checkpoints. */
  private enum Names implements CheckpointStoreUtil {
    INSTANCE;

    @Override
    public String checkpointIDToName(long checkpointId) {
      return "%019d".formatted(checkpointId);
    }

    @Override
    public long nameToCheckpointID(String name) {
      return Long.parseLong(name);
    }
  }
}
