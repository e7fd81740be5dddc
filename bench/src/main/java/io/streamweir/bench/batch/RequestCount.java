package io.streamweir.bench.batch;

import io.streamweir.schemas.BatchLine;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Counts the requests of a batch that are committed on their topic, as the router would see them.
 */
final class RequestCount implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;

  /** From where the topic ends now. */
  RequestCount(String bootstrapServers) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.REQUESTS_OFFLINE.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** Waits until so many lines of a batch are there. */
  void await(String batchId, int lines) {
    var seen = 0;
    while (seen < lines) {
      for (var one : consumer.poll(POLL)) {
        var line = BatchLine.parse(RequestKey.parse(one.key()).requestId());
        seen += line.filter(known -> known.batchId().equals(batchId)).isPresent() ? 1 : 0;
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
