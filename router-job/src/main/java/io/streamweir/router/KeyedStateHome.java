package io.streamweir.router;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SavepointKeyedStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the router keeps its keyed state: in RocksDB, whose checkpoints write what is new. A
 * checkpoint that was written from the heap, as releases before this one did, can be read there
 * only; the job then stays on the heap until it starts from a savepoint, which both can read.
 */
final class KeyedStateHome {

  private static final String ROCKSDB = "rocksdb";
  static final String HEAP = "hashmap";

  private static final Logger LOG = LoggerFactory.getLogger(KeyedStateHome.class);

  private KeyedStateHome() {}

  /**
   * The name of the state backend.
   *
   * @param config of the environment; says what the job is to start from
   * @throws UncheckedIOException if that cannot be read
   */
  static String of(ReadableConfig config) {
    var from = config.get(StateRecoveryOptions.SAVEPOINT_PATH);
    if (from == null || !isOfHeap(metadata(from))) {
      return ROCKSDB;
    }
    LOG.warn(
        "{} was written from the heap, so the router keeps its state there until it is stopped with"
            + " a savepoint and started from that: each checkpoint writes all ids that it remembers",
        from);
    return HEAP;
  }

  private static CheckpointMetadata metadata(String path) {
    try {
      var location = AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path);
      try (var in = new DataInputStream(location.getMetadataHandle().openInputStream())) {
        return Checkpoints.loadCheckpointMetadata(
            in, KeyedStateHome.class.getClassLoader(), location.getExternalPointer());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The state to start from cannot be read: " + path, e);
    }
  }

  private static boolean isOfHeap(CheckpointMetadata metadata) {
    return metadata.getOperatorStates().stream()
        .flatMap(operator -> operator.getStates().stream())
        .flatMap(subtask -> subtask.getManagedKeyedState().stream())
        .anyMatch(KeyedStateHome::isOfHeap);
  }

  private static boolean isOfHeap(KeyedStateHandle state) {
    return state instanceof KeyGroupsStateHandle && !(state instanceof SavepointKeyedStateHandle);
  }
}
