package io.streamweir.gateway.batches;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.internal.KafkaClients;
import io.streamweir.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all results, committed ones only. One reader serves all batches: a batch that needs an
 * older place turns it back, and the others are given again what they know. Blocks; not
 * thread-safe.
 */
final class ResultTail implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ResultTail.class);
  private static final int FETCH_BYTES = 1 << 20;

  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private boolean positioned;

  ResultTail(ClientOptions options) {
    consumer =
        KafkaClients.consumer(options, "results", IsolationLevel.READ_COMMITTED, FETCH_BYTES);
    partitions =
        consumer.partitionsFor(Topics.RESULTS.name()).stream()
            .map(PartitionInfo::partition)
            .sorted()
            .map(partition -> new TopicPartition(Topics.RESULTS.name(), partition))
            .toList();
    consumer.assign(partitions);
  }

  /** For each partition the offset of the first result that is not older than an instant. */
  List<Long> since(Instant instant) {
    var times =
        partitions.stream().collect(Collectors.toMap(one -> one, one -> instant.toEpochMilli()));
    // The end first: a result that is written between the two questions must not be skipped.
    var ends = consumer.endOffsets(partitions);
    var found = consumer.offsetsForTimes(times);
    var offsets = new ArrayList<Long>();
    for (var partition : partitions) {
      var match = found.get(partition);
      offsets.add(match == null ? ends.get(partition) : match.offset());
    }
    return offsets;
  }

  /** Sees to it that nothing from these offsets on is left out. */
  void include(List<Long> offsets) {
    for (var i = 0; i < partitions.size(); i++) {
      var partition = partitions.get(i);
      var wanted = i < offsets.size() ? offsets.get(i) : 0L;
      if (!positioned || consumer.position(partition) > wanted) {
        consumer.seek(partition, wanted);
      }
    }
    positioned = true;
  }

  /** For each partition where it reads on. */
  List<Long> positions() {
    return partitions.stream().map(consumer::position).collect(Collectors.toList());
  }

  /**
   * @param taken gets the records that come within the time
   */
  void poll(Duration timeout, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> taken) {
    try {
      consumer.poll(timeout).forEach(taken);
    } catch (OffsetOutOfRangeException e) {
      LOG.warn(
          "Results at {} are gone by retention; lines whose result was there end as expired",
          e.offsetOutOfRangePartitions());
      consumer.seekToBeginning(e.partitions());
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
