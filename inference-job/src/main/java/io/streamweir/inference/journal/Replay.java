package io.streamweir.inference.journal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a replica has got with what was dispatched before it started: only of that can a
 * predecessor have had anything. Thread-safe.
 */
final class Replay {

  private final Map<TopicPartition, Long> progress = new ConcurrentHashMap<>();
  private volatile Map<TopicPartition, Long> ends = Map.of();

  /** Where the dispatch topics ended when the replica started. */
  void endsAt(Map<TopicPartition, Long> offsets) {
    ends = Map.copyOf(offsets);
  }

  /** A partition of a dispatch topic is the replica's own, read from there on. */
  void startsAt(TopicPartition partition, long offset) {
    progress.merge(partition, offset, Math::max);
  }

  /** The replica has taken a record. */
  void passed(TopicPartition partition, long offset) {
    progress.merge(partition, offset + 1, Math::max);
  }

  /** Whether a record was dispatched before the replica started, for all that is known. */
  boolean concerns(TopicPartition partition, long offset) {
    return offset < ends.getOrDefault(partition, Long.MAX_VALUE);
  }

  /** Whether the replica owns that partition of one of the topics. */
  boolean owns(int partition) {
    return progress.keySet().stream().anyMatch(own -> own.partition() == partition);
  }

  /** Whether nothing of it is left. */
  boolean isOver() {
    return progress.entrySet().stream()
        .allMatch(own -> own.getValue() >= ends.getOrDefault(own.getKey(), Long.MAX_VALUE));
  }

  /** Partitions of each dispatch topic. */
  int partitions() {
    return 1 + ends.keySet().stream().mapToInt(TopicPartition::partition).max().orElse(0);
  }
}
