package io.streamweir.support;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.internal.KafkaClients;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Writes records as the jobs do. */
public final class LogWriter implements AutoCloseable {

  private final ClientOptions options;
  private final Producer<byte[], byte[]> producer;

  public LogWriter(ClientOptions options) {
    this.options = options;
    this.producer = KafkaClients.producer(options);
  }

  /** To a partition of the tokens topic, without waiting. */
  public void token(int partition, RequestKey key, SpecificRecord chunk) {
    raw(Topics.TOKENS.name(), partition, key.bytes(), encode(Topics.TOKENS.name(), chunk));
  }

  /** To the partition of the key, without waiting. */
  public void byKey(String topic, RequestKey key, SpecificRecord value) {
    producer.send(new ProducerRecord<>(topic, key.bytes(), encode(topic, value)));
  }

  /** To the partition of the key, in a transaction that is aborted. */
  public void abortedByKey(String topic, RequestKey key, SpecificRecord value) {
    var transactional =
        options.withKafkaProperties(Map.of("transactional.id", "abort-" + key.requestId()));
    try (var aborting = KafkaClients.producer(transactional)) {
      aborting.initTransactions();
      aborting.beginTransaction();
      aborting.send(new ProducerRecord<>(topic, key.bytes(), encode(topic, value)));
      aborting.flush();
      aborting.abortTransaction();
    }
  }

  public void raw(String topic, Integer partition, byte[] key, byte[] value) {
    producer.send(new ProducerRecord<>(topic, partition, key, value));
  }

  /** To the partition of the key; waits until it is acknowledged. */
  public RecordMetadata send(String topic, byte[] key, byte[] value) throws Exception {
    return producer.send(new ProducerRecord<>(topic, key, value)).get();
  }

  /** Waits until everything is acknowledged. */
  public void flush() {
    producer.flush();
  }

  @SuppressWarnings("unchecked")
  public byte[] encode(String topic, SpecificRecord value) {
    var codec =
        new AvroCodec<>(
            SchemaRegistries.connect(options.registryUrl()),
            Topics.subjectOf(topic),
            (Class<SpecificRecord>) value.getClass());
    return codec.encode(value);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
