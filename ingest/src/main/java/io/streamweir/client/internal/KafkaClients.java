package io.streamweir.client.internal;

import io.streamweir.client.ClientOptions;
import io.streamweir.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The one place where Kafka clients are configured. */
public final class KafkaClients {

  private static final int MAX_BACKOFF_MS = 1000;
  private static final int MAX_REQUEST_MS = 10_000;

  /** After so much silence a member's partitions go to others. */
  private static final int MEMBER_SILENCE_MS = 10_000;

  private static final int BULK_BATCH_BYTES = 256 << 10;
  private static final int BULK_LINGER_MS = 20;

  private KafkaClients() {}

  /**
   * A consumer without a group: its caller assigns partitions and keeps the positions, and an
   * offset that is gone is an error instead of a silent jump.
   *
   * @param role appended to the client id
   */
  public static Consumer<byte[], byte[]> consumer(
      ClientOptions options, String role, IsolationLevel isolation) {
    return consumer(options, role, isolation, Topics.MAX_RECORD_BYTES);
  }

  /**
   * As {@link #consumer(ClientOptions, String, IsolationLevel)}, for who seeks often.
   *
   * @param fetchBytes what one fetch brings at most, but always a whole record
   */
  public static Consumer<byte[], byte[]> consumer(
      ClientOptions options, String role, IsolationLevel isolation, int fetchBytes) {
    var config = common(options, role);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString());
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetchBytes);
    return consumer(config);
  }

  /**
   * A consumer that is in a group only to be told by it which partitions are its own; it reads
   * nothing.
   *
   * @param group of which all members together have every partition once
   */
  public static Consumer<byte[], byte[]> member(ClientOptions options, String role, String group) {
    var config = common(options, role);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, MEMBER_SILENCE_MS);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, MEMBER_SILENCE_MS / 5);
    return consumer(config);
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** A producer that sends at once and waits for every replica in sync. */
  public static Producer<byte[], byte[]> producer(ClientOptions options) {
    return producer(options, common(options, "producer"), 0);
  }

  /**
   * A producer that writes in transactions, each of which is in the log whole or not at all. Who
   * begins with an id ends every producer that began with it before.
   *
   * @param id names the writer, whichever process it is in
   * @param timeout an open transaction holds back readers of what was committed; after this time it
   *     is void
   */
  public static Producer<byte[], byte[]> transactional(
      ClientOptions options, String id, Duration timeout) {
    var config = common(options, id);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(timeout.toMillis()));
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, BULK_BATCH_BYTES);
    return producer(options, config, BULK_LINGER_MS);
  }

  private static Producer<byte[], byte[]> producer(
      ClientOptions options, Map<String, Object> config, int lingerMs) {
    var delivery = Math.toIntExact(options.deliveryTimeout().toMillis());
    config.put(ProducerConfig.LINGER_MS_CONFIG, lingerMs);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RECORD_BYTES);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, options.pendingBytes());
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
    config.put(
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(delivery - lingerMs, MAX_REQUEST_MS));
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, delivery);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  public static Admin admin(ClientOptions options) {
    return Admin.create(common(options, "admin"));
  }

  private static Map<String, Object> common(ClientOptions options, String role) {
    var config = new HashMap<String, Object>(options.kafkaProperties());
    config.put("bootstrap.servers", options.bootstrapServers());
    config.put("client.id", options.clientId() + "-" + role);
    config.put("reconnect.backoff.max.ms", MAX_BACKOFF_MS);
    return config;
  }
}
