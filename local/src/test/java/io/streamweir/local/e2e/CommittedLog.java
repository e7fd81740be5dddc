package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All records of a topic from its beginning, read committed, as far as they were read. */
final class CommittedLog<T extends SpecificRecord> implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofMinutes(4);
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AvroCodec<T> codec;
  private final List<T> records = new ArrayList<>();

  CommittedLog(String bootstrapServers, String registryUrl, TopicSpec topic, Class<T> type) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    codec = new AvroCodec<>(SchemaRegistries.connect(registryUrl), topic.subject(), type);
    var partitions =
        consumer.partitionsFor(topic.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads on until so many records match, and returns those that do. */
  List<T> await(int count, Predicate<T> matching) {
    var deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (matching(matching).size() < count) {
      assertThat(System.nanoTime())
          .as("in time; there are %s of %d", matching(matching), count)
          .isLessThan(deadline);
      read();
    }
    return matching(matching);
  }

  /** Reads on to the present end, and returns all that matches. */
  List<T> upToNow(Predicate<T> matching) {
    var deadline = System.nanoTime() + TIMEOUT.toNanos();
    var ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      assertThat(System.nanoTime()).as("in time; up to %s", ends).isLessThan(deadline);
      read();
    }
    return matching(matching);
  }

  private void read() {
    consumer.poll(POLL).forEach(record -> records.add(codec.decode(record.value())));
  }

  private List<T> matching(Predicate<T> matching) {
    return records.stream().filter(matching).toList();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
