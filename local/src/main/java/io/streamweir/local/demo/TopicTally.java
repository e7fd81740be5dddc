package io.streamweir.local.demo;

import io.streamweir.client.ClientOptions;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Counts what the topics hold of the requests of one run, as any consumer would see it: read
 * committed, from where the topics ended when the run began. Not thread-safe.
 */
final class TopicTally implements AutoCloseable {

  private static final List<String> TOPICS =
      List.of(
          Topics.RESULTS.name(),
          Topics.USAGE.name(),
          Topics.TOKENS.name(),
          Topics.DEAD_LETTERS.name());

  private final Consumer<byte[], byte[]> consumer;
  private final AvroCodec<InferenceResult> results;
  private final AvroCodec<UsageRecord> usage;
  private final AvroCodec<TokenChunk> tokens;
  private final String keyPrefix;
  private final Map<RequestKey, RequestTally> requests = new HashMap<>();
  private int deadLetters;
  private int complete;

  /**
   * Stands at the end of the topics when this returns.
   *
   * @param keyPrefix of the record keys of the run
   */
  TopicTally(ClientOptions options, String keyPrefix) {
    var registry = SchemaRegistries.connect(options.registryUrl());
    this.keyPrefix = keyPrefix;
    this.results = new AvroCodec<>(registry, Topics.RESULTS.subject(), InferenceResult.class);
    this.usage = new AvroCodec<>(registry, Topics.USAGE.subject(), UsageRecord.class);
    this.tokens = new AvroCodec<>(registry, Topics.TOKENS.subject(), TokenChunk.class);
    this.consumer = new KafkaConsumer<>(properties(options));
    seekToEnd();
  }

  /** Reads what is there, for at most that long. */
  void read(Duration timeout) {
    for (var record : consumer.poll(timeout)) {
      var key =
          new String(record.key() == null ? new byte[0] : record.key(), StandardCharsets.UTF_8);
      if (key.startsWith(keyPrefix)) {
        count(record);
      }
    }
  }

  /** Requests of which result, usage record and the end of the token stream are there. */
  int complete() {
    return complete;
  }

  /** What is there of a request; nothing is if it is not in here. */
  Map<RequestKey, RequestTally> requests() {
    return requests;
  }

  Collection<RequestTally> all() {
    return requests.values();
  }

  int deadLetters() {
    return deadLetters;
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void count(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(Topics.DEAD_LETTERS.name())) {
      deadLetters++;
      return;
    }
    var tally = requests.computeIfAbsent(RequestKey.parse(record.key()), key -> new RequestTally());
    var before = tally.complete();
    if (record.topic().equals(Topics.RESULTS.name())) {
      tally.add(results.decode(record.value()));
    } else if (record.topic().equals(Topics.USAGE.name())) {
      tally.add(usage.decode(record.value()));
    } else {
      tally.add(tokens.decode(record.value()));
    }
    complete += !before && tally.complete() ? 1 : 0;
  }

  private void seekToEnd() {
    var partitions = new ArrayList<TopicPartition>();
    for (var topic : TOPICS) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position); // seeking is lazy
  }

  private static Map<String, Object> properties(ClientOptions options) {
    var properties = new HashMap<String, Object>(options.kafkaProperties());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }
}
