package io.streamweir.inference.lanes;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;

/**
 * Deals the partitions out anew after a restore.
 *
 * <p>Flink would hand restored splits to readers as a plain list, blind to lanes: after a rescale
 * one subtask may hold every online partition and another every offline one. So readers report what
 * they find in their state, it goes back to the Kafka enumerator, and that spreads each topic
 * evenly.
 *
 * <p>A registration frees splits that belong to any reader, so all registered readers are served,
 * not only the new one: otherwise splits of a reader that came earlier stay unassigned, and nothing
 * says so. Between such a restore and the next checkpoint the failure of a single subtask can make
 * another one read a partition again; the operator drops what it has seen.
 */
final class ReassigningEnumerator
    implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {

  private final SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> kafka;
  private final SplitEnumeratorContext<KafkaPartitionSplit> context;

  ReassigningEnumerator(
      SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> kafka,
      SplitEnumeratorContext<KafkaPartitionSplit> context) {
    this.kafka = kafka;
    this.context = context;
  }

  @Override
  public void addReader(int subtask) {
    List<KafkaPartitionSplit> reported =
        context.registeredReaders().get(subtask).getReportedSplitsOnRegistration();
    if (!reported.isEmpty()) {
      kafka.addSplitsBack(reported, subtask);
    }
    for (var registered : context.registeredReaders().keySet()) {
      kafka.addReader(registered);
    }
  }

  @Override
  public void start() {
    kafka.start();
  }

  @Override
  public void handleSplitRequest(int subtask, String requesterHostname) {
    kafka.handleSplitRequest(subtask, requesterHostname);
  }

  @Override
  public void addSplitsBack(List<KafkaPartitionSplit> splits, int subtask) {
    kafka.addSplitsBack(splits, subtask);
  }

  @Override
  public KafkaSourceEnumState snapshotState(long checkpointId) throws Exception {
    return kafka.snapshotState(checkpointId);
  }

  @Override
  public void handleSourceEvent(int subtask, SourceEvent event) {
    kafka.handleSourceEvent(subtask, event);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    kafka.notifyCheckpointComplete(checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    kafka.notifyCheckpointAborted(checkpointId);
  }

  @Override
  public void close() throws IOException {
    kafka.close();
  }
}
