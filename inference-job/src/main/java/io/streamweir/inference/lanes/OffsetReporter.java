package io.streamweir.inference.lanes;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Kafka how far the checkpoints have got, for lag monitors only: the truth is in the
 * checkpoint, and a failed report is logged and forgotten.
 *
 * <p>The connector's own way is off. It commits through the consumer of the fetcher thread, and a
 * closed lane's fetcher waits on its full queue: nothing would be committed, and each checkpoint
 * would leave a task behind. This one is asynchronous, needs no consumer, and reports at most once
 * a second.
 */
final class OffsetReporter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OffsetReporter.class);
  private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private final Admin admin;
  private final String group;
  private final LongSupplier nanoTime;
  private final TreeMap<Long, Map<TopicPartition, OffsetAndMetadata>> pending = new TreeMap<>();
  private long lastReport;

  OffsetReporter(Admin admin, String group, LongSupplier nanoTime) {
    this.admin = admin;
    this.group = group;
    this.nanoTime = nanoTime;
    this.lastReport = nanoTime.getAsLong() - INTERVAL_NANOS;
  }

  void snapshot(long checkpointId, Collection<KafkaPartitionSplit> splits) {
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (var split : splits) {
      // A negative one is a mark such as "earliest", not yet an offset.
      if (split.getStartingOffset() >= 0) {
        offsets.put(split.getTopicPartition(), new OffsetAndMetadata(split.getStartingOffset()));
      }
    }
    pending.put(checkpointId, offsets);
  }

  void completed(long checkpointId) {
    var offsets = pending.get(checkpointId);
    pending.headMap(checkpointId, true).clear();
    if (offsets == null || offsets.isEmpty()) {
      return;
    }
    var now = nanoTime.getAsLong();
    if (now - lastReport < INTERVAL_NANOS) {
      return;
    }
    lastReport = now;
    admin
        .alterConsumerGroupOffsets(group, offsets)
        .all()
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                LOG.warn(
                    "Consumer group {} could not be told the offsets of checkpoint {}; lag monitors"
                        + " show old figures until the next one",
                    group,
                    checkpointId,
                    failure);
              }
            });
  }

  void aborted(long checkpointId) {
    pending.remove(checkpointId);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
