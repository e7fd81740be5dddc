package io.streamweir.bench.pipeline;

import io.streamweir.schemas.Lane;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a stretch of the logs that a request passes: from where they ended when this was made to
 * where they end when asked.
 */
public final class PathLog implements AutoCloseable {

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AvroCodec<TokenChunk> codec;
  private final String dispatchTopic;

  /**
   * @param deployment the one that answers
   */
  public PathLog(String bootstrapServers, String registryUrl, String deployment) {
    dispatchTopic = Topics.dispatchName(deployment, Lane.ONLINE);
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    codec =
        new AvroCodec<>(
            SchemaRegistries.connect(registryUrl), Topics.TOKENS.subject(), TokenChunk.class);
    var partitions =
        Stream.of(Topics.REQUESTS.name(), dispatchTopic, Topics.TOKENS.name())
            .flatMap(topic -> partitions(topic).stream())
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  private List<TopicPartition> partitions(String topic) {
    var known = consumer.partitionsFor(topic);
    if (known == null || known.isEmpty()) {
      throw new IllegalStateException(
          "Topic "
              + topic
              + " does not exist. Is the stack up, and --deployment one of weir list?");
    }
    return known.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
  }

  /** Times by request id, of all that was appended since the last call. */
  public Map<String, RequestTimes> readOn() {
    var times = new HashMap<String, RequestTimes>();
    var ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (var record : consumer.poll(Duration.ofSeconds(1))) {
        if (record.key() != null) { // else it is a marker of the router
          var requestId = RequestKey.parse(record.key()).requestId();
          note(record, times.computeIfAbsent(requestId, id -> new RequestTimes()));
        }
      }
    }
    return times;
  }

  private void note(ConsumerRecord<byte[], byte[]> record, RequestTimes times) {
    var micros = TimeUnit.MILLISECONDS.toMicros(record.timestamp());
    if (record.topic().equals(Topics.REQUESTS.name())) {
      times.requested(micros);
    } else if (record.topic().equals(dispatchTopic)) {
      times.dispatched(micros);
    } else {
      var chunk = codec.decode(record.value());
      if (!chunk.getText().isEmpty()) {
        times.text(chunk.getEngineSubmittedAtUs(), chunk.getEngineEmittedAtUs(), micros);
      }
      if (chunk.getFinishReason() != null) {
        times.ended();
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
