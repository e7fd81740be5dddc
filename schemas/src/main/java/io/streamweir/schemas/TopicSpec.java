package io.streamweir.schemas;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * What a topic is for and how it is kept.
 *
 * @param name the topic; for dispatch topics a pattern
 * @param key what the record key holds, for the table in docs/topics.md
 * @param value schema of the value
 * @param partitioning which partition a record goes to
 * @param partitions partitions it is created with
 * @param retention how long records stay; null for a compacted topic, which keeps the last record
 *     of a key
 * @param guarantee what a reader can rely on
 */
public record TopicSpec(
    String name,
    String key,
    Schema value,
    String partitioning,
    int partitions,
    Duration retention,
    String guarantee) {

  /**
   * The registry subject of the value schema, by the topic name strategy of Confluent's
   * serializers.
   */
  public String subject() {
    return name + "-value";
  }

  public boolean compacted() {
    return retention == null;
  }

  private boolean holdsRequests() {
    return value.equals(InferenceRequest.getClassSchema());
  }

  /** Largest record it takes, bytes. */
  public int maxRecordBytes() {
    return holdsRequests() ? Topics.MAX_RECORD_BYTES : Topics.MAX_INTERNAL_RECORD_BYTES;
  }

  /** Topic-level configuration. */
  public Map<String, String> config() {
    var config = new TreeMap<String, String>();
    if (compacted()) {
      config.put("cleanup.policy", "compact");
      config.put("min.cleanable.dirty.ratio", "0.1");
      config.put("segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()));
    } else {
      config.put("cleanup.policy", "delete");
      config.put("retention.ms", Long.toString(retention.toMillis()));
    }
    config.put("max.message.bytes", Integer.toString(maxRecordBytes()));
    if (holdsRequests() || value.equals(UsageRecord.getClassSchema())) {
      // Quotas go by it, so it is not the producer's to choose.
      config.put("message.timestamp.type", "LogAppendTime");
    }
    return config;
  }

  /** For {@code Admin.createTopics}. */
  public NewTopic toNewTopic(short replicationFactor) {
    return new NewTopic(name, partitions, replicationFactor).configs(config());
  }

  TopicSpec withName(String other, int otherPartitions) {
    return new TopicSpec(other, key, value, partitioning, otherPartitions, retention, guarantee);
  }
}
