package io.streamweir.router;

import io.streamweir.router.RouterLog.Entry;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The committed records of one topic, less markers. Its consumer goes on where it stopped. */
final class TopicLog<T extends SpecificRecord> implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(50);

  /** While the broker holds a fetch, the consumer can neither ask for offsets nor close. */
  private static final int FETCH_MAX_WAIT_MS = 20;

  private final String topic;
  private final AvroCodec<T> codec;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final List<Entry<T>> entries = new ArrayList<>();

  TopicLog(String bootstrapServers, SchemaRegistry registry, String topic, Class<T> type) {
    this.topic = topic;
    this.codec = new AvroCodec<>(registry, Topics.subjectOf(topic), type);
    this.consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "allow.auto.create.topics",
                false,
                "fetch.max.wait.ms",
                FETCH_MAX_WAIT_MS),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads until there are that many on the topic, and then to its present end. */
  List<Entry<T>> await(Predicate<T> which, int atLeast) {
    var deadline = System.nanoTime() + RouterRig.PATIENCE.toNanos();
    while (true) {
      readToEnd();
      var found = entries.stream().filter(entry -> which.test(entry.value())).toList();
      if (found.size() >= atLeast) {
        return found;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "Only " + found.size() + " of " + atLeast + " records in " + topic + ": " + found);
      }
      poll();
    }
  }

  private void readToEnd() {
    var ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      poll();
    }
  }

  private void poll() {
    for (var record : consumer.poll(POLL)) {
      if (record.value() != null) {
        entries.add(new Entry<>(record, codec.decode(record.value())));
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
