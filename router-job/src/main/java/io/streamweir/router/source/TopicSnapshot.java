package io.streamweir.router.source;

import io.streamweir.schemas.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What a compacted topic holds at this moment, read whole.
 *
 * <p>A router that starts would otherwise meet requests before the catalogue and the quotas, or
 * after a pause decide by ones that are out of date.
 */
public final class TopicSnapshot {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private TopicSnapshot() {}

  /**
   * All records, oldest first.
   *
   * @throws IllegalStateException if there is no such topic, or it cannot be read within half a
   *     minute
   */
  public static List<SourceRecord> read(String bootstrapServers, TopicSpec spec) {
    var topic = spec.name();
    var config =
        Map.<String, Object>of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false);
    var records = new ArrayList<SourceRecord>();
    try (var consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var infos = consumer.partitionsFor(topic, TIMEOUT);
      if (infos == null || infos.isEmpty()) {
        throw new IllegalStateException(
            "Topic " + topic + " does not exist at " + bootstrapServers + "; create the topics.");
      }
      var partitions =
          infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions, TIMEOUT);
      var deadline = System.nanoTime() + TIMEOUT.toNanos();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "Topic " + topic + " at " + bootstrapServers + " was not read within " + TIMEOUT);
        }
        consumer.poll(POLL).forEach(record -> records.add(SourceRecord.of(record)));
      }
    }
    return records;
  }
}
