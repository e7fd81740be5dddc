package io.streamweir.schemas.dispatch;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The reader's rule of the dispatch topics. In the order of a partition, a record counts if no run
 * of the router that came after its writer has written there before it.
 *
 * <p>A run that starts writes a marker to every partition and then reads back what its predecessors
 * wrote before the marker. What they append later, a frozen process that wakes up for instance, is
 * void for every reader, and the run dispatches it anew.
 *
 * <p>Not thread-safe.
 */
public final class DispatchFence {

  private final Map<TopicPartition, Long> highest = new HashMap<>();

  /**
   * Takes note of a record, marker or not. Call it for all records of a partition, in their order.
   *
   * @param incarnation of its writer
   * @return whether it counts
   */
  public boolean admits(TopicPartition partition, long incarnation) {
    return highest.merge(partition, incarnation, Math::max) == incarnation;
  }

  /** The highest incarnation seen, by partition. */
  public Map<TopicPartition, Long> highest() {
    return Map.copyOf(highest);
  }
}
