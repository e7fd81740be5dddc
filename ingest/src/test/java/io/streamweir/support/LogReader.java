package io.streamweir.support;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.internal.KafkaClients;
import io.streamweir.client.internal.RecordKeys;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Looks into topics. */
public final class LogReader {

  private static final Duration POLL = Duration.ofMillis(200);

  private LogReader() {}

  /** The record at an offset. */
  public static ConsumerRecord<byte[], byte[]> at(
      ClientOptions options, TopicSpec topic, int partition, long offset) {
    try (var consumer = KafkaClients.consumer(options, "look", IsolationLevel.READ_UNCOMMITTED)) {
      var from = new TopicPartition(topic.name(), partition);
      consumer.assign(List.of(from));
      consumer.seek(from, offset);
      var deadline = System.nanoTime() + Await.TIMEOUT.toNanos();
      while (System.nanoTime() < deadline) {
        for (var record : consumer.poll(POLL)) {
          return record;
        }
      }
      throw new AssertionError("No record at " + from + ", offset " + offset);
    }
  }

  /** The newest record of a key; waits until there is one. */
  public static ConsumerRecord<byte[], byte[]> last(
      ClientOptions options, TopicSpec topic, RequestKey key) {
    var all = all(options, topic, key);
    return all.get(all.size() - 1);
  }

  /** The records of a key; waits until there is one. */
  public static List<ConsumerRecord<byte[], byte[]>> all(
      ClientOptions options, TopicSpec topic, RequestKey key) {
    try (var consumer = KafkaClients.consumer(options, "look", IsolationLevel.READ_UNCOMMITTED)) {
      var from = new TopicPartition(topic.name(), key.partition(topic.partitions()));
      consumer.assign(List.of(from));
      consumer.seekToBeginning(List.of(from));
      var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
      var deadline = System.nanoTime() + Await.TIMEOUT.toNanos();
      while (System.nanoTime() < deadline) {
        for (var record : consumer.poll(POLL)) {
          if (key.equals(RecordKeys.of(record))) {
            found.add(record);
          }
        }
        var end = consumer.endOffsets(List.of(from)).get(from);
        if (!found.isEmpty() && consumer.position(from) >= end) {
          return found;
        }
      }
      throw new AssertionError("No record of " + key + " on " + topic.name());
    }
  }

  public static <T extends SpecificRecord> T decode(
      ClientOptions options,
      TopicSpec topic,
      Class<T> type,
      ConsumerRecord<byte[], byte[]> record) {
    var registry = SchemaRegistries.connect(options.registryUrl());
    return new AvroCodec<>(registry, topic.subject(), type).decode(record.value());
  }
}
