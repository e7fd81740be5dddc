package io.streamweir.router.source;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Begins where the group has committed, or else at the end.
 *
 * <p>The end is a number here. Flink's own initializers leave it to the reader, which looks for the
 * end again after a restore, as long as it has read nothing: what came while the job was down would
 * be passed over.
 */
@SuppressWarnings("deprecation") // the interface has it
public final class CommittedOrEnd implements OffsetsInitializer {

  private static final long serialVersionUID = 1L;

  @Override
  public Map<TopicPartition, Long> getPartitionOffsets(
      Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
    var offsets = new HashMap<>(retriever.endOffsets(partitions));
    offsets.putAll(retriever.committedOffsets(partitions));
    return offsets;
  }

  @Override
  public OffsetResetStrategy getAutoOffsetResetStrategy() {
    return OffsetResetStrategy.LATEST;
  }
}
