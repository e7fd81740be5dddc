package io.streamweir.sinks.ledger;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Asks the broker how far a consumer group is. Thread-safe. */
final class GroupProgress implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Admin admin;
  private final String group;
  private final Set<String> topics;

  /**
   * @param topics all that the group reads
   */
  GroupProgress(String bootstrapServers, String group, Set<String> topics) {
    this.group = group;
    this.topics = topics;
    this.admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) TIMEOUT.toMillis(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) TIMEOUT.toMillis()));
  }

  /** Every partition of the topics. */
  Set<TopicPartition> partitions() throws ExecutionException, InterruptedException {
    return admin.describeTopics(topics).allTopicNames().get().values().stream()
        .flatMap(
            topic ->
                IntStream.range(0, topic.partitions().size())
                    .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
        .collect(Collectors.toSet());
  }

  Standing standing() throws ExecutionException, InterruptedException {
    // In this order the difference is never too small: what is committed meanwhile counts as
    // unread.
    var read = committed(partitions());
    var decided = offsets(read.keySet(), OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    var written = offsets(read.keySet(), OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    long unread = 0;
    long undecided = 0;
    for (var partition : read.keySet()) {
      unread += Math.max(0, decided.get(partition) - read.get(partition));
      undecided += Math.max(0, written.get(partition) - decided.get(partition));
    }
    return new Standing(unread, undecided);
  }

  /** Where the group goes on; at the beginning of a partition of which it has read nothing. */
  private Map<TopicPartition, Long> committed(Set<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    var offsets =
        new HashMap<>(offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_COMMITTED));
    admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get()
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                offsets.computeIfPresent(
                    partition, (same, earliest) -> Math.max(earliest, offset.offset()));
              }
            });
    return offsets;
  }

  private Map<TopicPartition, Long> offsets(
      Set<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    var wanted = partitions.stream().collect(Collectors.toMap(each -> each, each -> spec));
    return admin
        .listOffsets(wanted, new ListOffsetsOptions(isolation))
        .all()
        .get()
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
