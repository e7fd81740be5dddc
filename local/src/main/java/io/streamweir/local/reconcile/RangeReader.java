package io.streamweir.local.reconcile;

import io.streamweir.client.ClientOptions;
import io.streamweir.local.terminal.WeirException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics, read committed, from some time or offset to where they end when the reading begins.
 * Records pass one by one; none is kept. Not thread-safe.
 */
public final class RangeReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private final Consumer<byte[], byte[]> consumer;
  private final InstantSource clock;

  public RangeReader(ClientOptions options, InstantSource clock) {
    this.clock = clock;
    var properties = new HashMap<String, Object>(options.kafkaProperties());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, options.clientId() + "-reconcile");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Reads from a time on.
   *
   * @param from MIN: from the beginning
   * @return from when on nothing is missing: {@code from}, or later if retention has deleted
   *     records
   */
  public Instant since(
      Instant from,
      List<String> topics,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    var partitions = partitions(topics);
    var first = consumer.beginningOffsets(partitions);
    var starts = from.equals(Instant.MIN) ? first : offsets(partitions, from);
    var truncated = new HashSet<TopicPartition>();
    first.forEach(
        (partition, offset) -> {
          if (offset > 0 && offset.equals(starts.get(partition))) {
            truncated.add(partition);
          }
        });
    var complete = new Instant[] {from};
    offsets(
        starts,
        record -> {
          if (truncated.remove(new TopicPartition(record.topic(), record.partition()))) {
            complete[0] = later(complete[0], Instant.ofEpochMilli(record.timestamp()));
          }
          reader.accept(record);
        });
    return truncated.isEmpty() ? complete[0] : later(complete[0], clock.instant());
  }

  /** Reads from these offsets on. */
  void offsets(
      Map<TopicPartition, Long> starts,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    consumer.assign(starts.keySet());
    var ends = consumer.endOffsets(starts.keySet());
    starts.forEach(consumer::seek);
    var silentSince = clock.instant();
    while (!pauseFinished(ends)) {
      var records = consumer.poll(POLL);
      for (var record : records) {
        if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
          reader.accept(record);
        }
      }
      if (!records.isEmpty()) {
        silentSince = clock.instant();
      } else if (silentSince.plus(SILENCE).isBefore(clock.instant())) {
        throw new WeirException(
            "Kafka has sent nothing for %d s, though %s have not ended. See ./weir status"
                .formatted(SILENCE.toSeconds(), unfinished(ends)));
      }
    }
  }

  /** The existing topics whose name begins so. */
  List<String> topics(String prefix) {
    return consumer.listTopics().keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .sorted()
        .toList();
  }

  List<TopicPartition> partitions(Collection<String> topics) {
    var partitions = new ArrayList<TopicPartition>();
    for (var topic : topics) {
      var infos = consumer.partitionsFor(topic);
      if (infos == null || infos.isEmpty()) {
        throw new WeirException("There is no topic " + topic + ". ./weir up creates it.");
      }
      infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    return partitions;
  }

  /** Where each partition begins now. */
  Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
    return consumer.beginningOffsets(partitions);
  }

  @Override
  public void close() {
    consumer.close();
  }

  private boolean pauseFinished(Map<TopicPartition, Long> ends) {
    var left = unfinished(ends);
    var finished = new HashSet<>(ends.keySet());
    left.forEach(finished::remove);
    consumer.pause(finished);
    return left.isEmpty();
  }

  private List<TopicPartition> unfinished(Map<TopicPartition, Long> ends) {
    return ends.keySet().stream()
        .filter(partition -> consumer.position(partition) < ends.get(partition))
        .toList();
  }

  /** Of a partition without a record that new, its end. */
  private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, Instant from) {
    var asked = new HashMap<TopicPartition, Long>();
    partitions.forEach(partition -> asked.put(partition, Math.max(0, from.toEpochMilli())));
    var found = consumer.offsetsForTimes(asked);
    var starts = new HashMap<>(consumer.endOffsets(partitions));
    found.forEach(
        (partition, at) -> {
          if (at != null) {
            starts.put(partition, at.offset());
          }
        });
    return starts;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
