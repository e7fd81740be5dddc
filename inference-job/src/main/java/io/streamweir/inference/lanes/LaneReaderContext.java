package io.streamweir.inference.lanes;

import io.streamweir.schemas.Lane;
import java.util.Locale;
import org.apache.flink.api.common.watermark.Watermark;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.util.UserCodeClassLoader;

/**
 * The context of the subtask, with a metric group per lane, so that the metrics of the two Kafka
 * readers do not collide.
 */
final class LaneReaderContext implements SourceReaderContext {

  private final SourceReaderContext subtask;
  private final SourceReaderMetricGroup metrics;

  LaneReaderContext(SourceReaderContext subtask, Lane lane) {
    this.subtask = subtask;
    this.metrics = new LaneMetricGroup(subtask.metricGroup(), lane.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public SourceReaderMetricGroup metricGroup() {
    return metrics;
  }

  @Override
  public Configuration getConfiguration() {
    return subtask.getConfiguration();
  }

  @Override
  public String getLocalHostName() {
    return subtask.getLocalHostName();
  }

  @Override
  public int getIndexOfSubtask() {
    return subtask.getIndexOfSubtask();
  }

  @Override
  public void sendSplitRequest() {
    subtask.sendSplitRequest();
  }

  @Override
  public void sendSourceEventToCoordinator(SourceEvent event) {
    subtask.sendSourceEventToCoordinator(event);
  }

  @Override
  public UserCodeClassLoader getUserCodeClassLoader() {
    return subtask.getUserCodeClassLoader();
  }

  @Override
  public int currentParallelism() {
    return subtask.currentParallelism();
  }

  @Override
  public void emitWatermark(Watermark watermark) {
    subtask.emitWatermark(watermark);
  }
}
