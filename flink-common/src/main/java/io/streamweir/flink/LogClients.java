package io.streamweir.flink;

import io.streamweir.schemas.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka clients of tasks that read or write a log beside Flink's sources and sinks. */
public final class LogClients {

  /** So that a broker that restarts is found soon. */
  private static final int MAX_BACKOFF_MS = 200;

  private LogClients() {}

  /**
   * A consumer without a group: its owner assigns partitions and keeps the positions. Where an
   * offset is gone it goes on at the log's beginning.
   */
  public static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers, String clientId) {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.CLIENT_ID_CONFIG,
            clientId,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            MAX_BACKOFF_MS),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** A producer that sends at once. */
  public static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, String clientId) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.CLIENT_ID_CONFIG,
            clientId,
            ProducerConfig.LINGER_MS_CONFIG,
            0,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            Topics.MAX_INTERNAL_RECORD_BYTES,
            ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            MAX_BACKOFF_MS),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /**
   * The partitions of a topic.
   *
   * @throws IllegalStateException if there is no such topic
   */
  public static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
    var known = consumer.partitionsFor(topic);
    if (known == null || known.isEmpty()) {
      throw new IllegalStateException(
          "Topic " + topic + " does not exist. Create the topics first, see weir topics.");
    }
    return known.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
  }
}
