package io.streamweir.inference.lanes;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;

/** Keeps the records that a reader emits. */
final class CollectingOutput implements ReaderOutput<LaneRecord> {

  final List<LaneRecord> records = new ArrayList<>();

  @Override
  public void collect(LaneRecord record) {
    records.add(record);
  }

  @Override
  public void collect(LaneRecord record, long timestamp) {
    records.add(record);
  }

  @Override
  public void emitWatermark(Watermark watermark) {}

  @Override
  public void markIdle() {}

  @Override
  public void markActive() {}

  @Override
  public SourceOutput<LaneRecord> createOutputForSplit(String splitId) {
    return this;
  }

  @Override
  public void releaseOutputForSplit(String splitId) {}
}
