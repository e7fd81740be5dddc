package io.streamweir.inference.lanes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.util.IOUtils;

/**
 * A source reader made of a Kafka reader per lane, to which it hands everything on: splits by their
 * topic, the rest to both. All methods run on the task thread.
 */
@SuppressWarnings(
    "try") // Flink declares close() with Exception, so an interrupt may come out of it.
final class TwoLaneReader implements SourceReader<LaneRecord, KafkaPartitionSplit> {

  private final List<LaneReader> lanes;
  private final LanePoller poller;
  private final SubtaskLanes subtask;
  private final OffsetReporter offsets;

  /**
   * @param lanes in the order in which they are served
   */
  TwoLaneReader(
      List<LaneReader> lanes,
      Availability availability,
      SubtaskLanes subtask,
      OffsetReporter offsets) {
    this.lanes = lanes;
    this.poller = new LanePoller(lanes, availability);
    this.subtask = subtask;
    this.offsets = offsets;
  }

  @Override
  public void start() {
    lanes.forEach(lane -> lane.kafka.start());
  }

  @Override
  public InputStatus pollNext(ReaderOutput<LaneRecord> output) throws Exception {
    return poller.poll(output);
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return poller.available();
  }

  @Override
  public void addSplits(List<KafkaPartitionSplit> splits) {
    for (var lane : lanes) {
      var ofLane = ofLane(lane, splits);
      if (!ofLane.isEmpty()) {
        ofLane.forEach(
            split ->
                subtask.addPartition(lane.lane, split.getPartition(), split.getStartingOffset()));
        lane.kafka.addSplits(ofLane);
      }
    }
    requireKnownTopics(splits);
    subtask.partitionsChanged();
  }

  private static List<KafkaPartitionSplit> ofLane(
      LaneReader lane, List<KafkaPartitionSplit> splits) {
    return splits.stream().filter(split -> split.getTopic().equals(lane.topic)).toList();
  }

  private void requireKnownTopics(List<KafkaPartitionSplit> splits) {
    var topics = lanes.stream().map(lane -> lane.topic).toList();
    splits.stream()
        .filter(split -> !topics.contains(split.getTopic()))
        .findFirst()
        .ifPresent(
            split -> {
              throw new IllegalStateException(
                  "The restored state holds partition "
                      + split.getTopicPartition()
                      + ", but this job reads "
                      + topics
                      + ". The savepoint is probably of another deployment: start from this"
                      + " deployment's own, or without one.");
            });
  }

  @Override
  public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
    var splits = new ArrayList<KafkaPartitionSplit>();
    lanes.forEach(lane -> splits.addAll(lane.kafka.snapshotState(checkpointId)));
    offsets.snapshot(checkpointId, splits);
    return splits;
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    for (var lane : lanes) {
      lane.kafka.notifyCheckpointComplete(checkpointId);
    }
    offsets.completed(checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    for (var lane : lanes) {
      lane.kafka.notifyCheckpointAborted(checkpointId);
    }
    offsets.aborted(checkpointId);
  }

  @Override
  public void notifyNoMoreSplits() {
    lanes.forEach(lane -> lane.kafka.notifyNoMoreSplits());
  }

  @Override
  public void handleSourceEvents(SourceEvent event) {
    lanes.forEach(lane -> lane.kafka.handleSourceEvents(event));
  }

  @Override
  public void pauseOrResumeSplits(Collection<String> toPause, Collection<String> toResume) {
    for (var lane : lanes) {
      lane.kafka.pauseOrResumeSplits(idsOfLane(lane, toPause), idsOfLane(lane, toResume));
    }
  }

  private static List<String> idsOfLane(LaneReader lane, Collection<String> splitIds) {
    return splitIds.stream().filter(id -> id.startsWith(lane.topic + "-")).toList();
  }

  @Override
  public void close() throws Exception {
    subtask.release();
    var resources = new ArrayList<AutoCloseable>();
    lanes.forEach(lane -> resources.add(lane.kafka));
    resources.add(offsets);
    IOUtils.closeAll(resources);
  }
}
