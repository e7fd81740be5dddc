package io.streamweir.inference.lanes;

import io.streamweir.schemas.Lane;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.functions.RuntimeContext;

/**
 * Where the source reader and the operator of one subtask meet: the gates, which the operator
 * moves, and the partitions, which the reader learns of.
 *
 * <p>Flink builds the two apart from each other and offers no way from the one to the other, though
 * they are chained and run on one thread. So they find each other in a registry of the process, by
 * a key that both can compute. Whoever comes first makes the entry, with both gates closed: nothing
 * slips through before the operator is ready. Both remove it when they close.
 */
public final class SubtaskLanes {

  /** A run of a subtask; the source id keeps two sources of one job apart. */
  private record Key(String sourceId, JobID job, int subtask, int attempt) {}

  private static final Map<Key, SubtaskLanes> REGISTRY = new ConcurrentHashMap<>();

  private final Key key;
  private final Map<Lane, LaneGate> gates = new EnumMap<>(Lane.class);
  private final Map<Lane, SortedMap<Integer, Long>> partitions = new EnumMap<>(Lane.class);
  private Runnable onPartitionsChanged = () -> {};

  private SubtaskLanes(Key key) {
    this.key = key;
    for (var lane : Lane.values()) {
      gates.put(lane, new LaneGate());
      partitions.put(lane, new TreeMap<>());
    }
  }

  /**
   * The lanes of the subtask that the context belongs to.
   *
   * @param sourceId the same on both sides; travels in the job graph
   */
  public static SubtaskLanes of(String sourceId, RuntimeContext context) {
    var task = context.getTaskInfo();
    var key =
        new Key(
            sourceId,
            context.getJobInfo().getJobId(),
            task.getIndexOfThisSubtask(),
            task.getAttemptNumber());
    return REGISTRY.computeIfAbsent(key, SubtaskLanes::new);
  }

  public LaneGate gate(Lane lane) {
    return gates.get(lane);
  }

  /** Partitions of the lane's dispatch topic that this subtask reads. Task thread only. */
  public Set<Integer> partitions(Lane lane) {
    return partitions.get(lane).keySet();
  }

  /** The same, each with the offset that it was read from on; below 0 for its beginning. */
  public Map<Integer, Long> startOffsets(Lane lane) {
    return partitions.get(lane);
  }

  /** Calls back, on the task thread, whenever {@link #partitions} has changed. */
  public void onPartitionsChanged(Runnable callback) {
    onPartitionsChanged = callback;
  }

  /** Forgets this entry; the gates stay usable for who holds them. */
  public void release() {
    REGISTRY.remove(key, this);
  }

  void addPartition(Lane lane, int partition, long startOffset) {
    partitions.get(lane).put(partition, startOffset);
  }

  void partitionsChanged() {
    onPartitionsChanged.run();
  }

  /** How many entries there are in this process, to find leaks. */
  static int registered() {
    return REGISTRY.size();
  }
}
