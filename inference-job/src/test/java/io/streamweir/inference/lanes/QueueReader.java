package io.streamweir.inference.lanes;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;

/** A source reader that has what the test gives it; like Flink's, it needs a poll to find out. */
final class QueueReader implements SourceReader<LaneRecord, KafkaPartitionSplit> {

  final ArrayDeque<LaneRecord> records = new ArrayDeque<>();
  CompletableFuture<Void> available = new CompletableFuture<>();
  int polls;

  void give(LaneRecord record) {
    records.add(record);
    available.complete(null);
  }

  @Override
  public InputStatus pollNext(ReaderOutput<LaneRecord> output) {
    polls++;
    if (records.isEmpty()) {
      available = new CompletableFuture<>();
      return InputStatus.NOTHING_AVAILABLE;
    }
    output.collect(records.remove());
    return InputStatus.MORE_AVAILABLE;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return available;
  }

  @Override
  public void start() {}

  @Override
  public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
    return List.of();
  }

  @Override
  public void addSplits(List<KafkaPartitionSplit> splits) {}

  @Override
  public void notifyNoMoreSplits() {}

  @Override
  public void close() {}
}
