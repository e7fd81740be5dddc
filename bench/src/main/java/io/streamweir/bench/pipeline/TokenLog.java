package io.streamweir.bench.pipeline;

import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a stretch of the token log: from where it ended when this was made to where it ends when
 * asked.
 */
final class TokenLog implements AutoCloseable {

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AvroCodec<TokenChunk> codec;

  TokenLog(String bootstrapServers, String registryUrl) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    codec =
        new AvroCodec<>(
            SchemaRegistries.connect(registryUrl), Topics.TOKENS.subject(), TokenChunk.class);
    var partitions =
        consumer.partitionsFor(Topics.TOKENS.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** Engine times by request id, of all that was appended since the last call. */
  Map<String, EngineTimes> readOn() {
    var times = new HashMap<String, EngineTimes>();
    var ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (var record : consumer.poll(Duration.ofSeconds(1))) {
        var chunk = codec.decode(record.value());
        if (!chunk.getText().isEmpty()) {
          times
              .computeIfAbsent(chunk.getRequestId(), id -> new EngineTimes())
              .add(chunk.getEngineSubmittedAtUs(), chunk.getEngineEmittedAtUs());
        }
      }
    }
    return times;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
