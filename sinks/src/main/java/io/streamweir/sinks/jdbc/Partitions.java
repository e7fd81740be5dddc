package io.streamweir.sinks.jdbc;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this instance is in the partitions that it has. It goes on where the database says, not
 * where the consumer group committed: that is only for those who watch the lag. Not thread-safe.
 */
final class Partitions implements ConsumerRebalanceListener {

  private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);

  private final Consumer<?, ?> consumer;
  private final UsageDatabase database;
  private final Map<Integer, Long> next = new HashMap<>();

  Partitions(Consumer<?, ?> consumer, UsageDatabase database) {
    this.consumer = consumer;
    this.database = database;
  }

  /** From where it was to there. */
  Step step(TopicPartition partition, long to) {
    return new Step(partition.partition(), next.get(partition.partition()), to);
  }

  /** That step is stored. */
  void stored(Step step) {
    next.put(step.partition(), step.to());
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    var beginnings = byNumber(consumer.beginningOffsets(partitions));
    var ends = byNumber(consumer.endOffsets(partitions));
    var stored = database.nextOffsets(beginnings);
    for (var partition : partitions) {
      var number = partition.partition();
      var offset = goOn(number, stored.get(number), beginnings.get(number), ends.get(number));
      next.put(number, offset);
      consumer.seek(partition, offset);
    }
    LOG.info("Goes on at {}", next);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> next.remove(partition.partition()));
  }

  private static Map<Integer, Long> byNumber(Map<TopicPartition, Long> offsets) {
    return offsets.entrySet().stream()
        .collect(Collectors.toMap(entry -> entry.getKey().partition(), Map.Entry::getValue));
  }

  private long goOn(int partition, long stored, long beginning, long end) {
    if (stored > end) {
      throw new JdbcSinkException(
          "Partition "
              + partition
              + " of the usage topic ends at offset "
              + end
              + ", but the database has it up to "
              + stored
              + ": it is another cluster's topic, or was created anew. If its bills are to be added"
              + " to those in the database, delete the partition's row of weir_usage_progress.",
          null);
    }
    if (stored < beginning) {
      var gap = Refusals.gap(partition, stored, beginning);
      LOG.error(gap.message());
      database.store(List.of(), List.of(gap), List.of(new Step(partition, stored, beginning)));
    }
    return Math.max(stored, beginning);
  }
}
