package io.streamweir.inference.lanes;

import java.util.Map;
import org.apache.flink.metrics.CharacterFilter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.OperatorIOMetricGroup;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;

/**
 * Registers everything under {@code lane.<lane>}; the operator's own counters of records and bytes
 * stay common to both lanes.
 */
final class LaneMetricGroup implements SourceReaderMetricGroup {

  private final SourceReaderMetricGroup operator;
  private final MetricGroup lane;

  LaneMetricGroup(SourceReaderMetricGroup operator, String lane) {
    this.operator = operator;
    this.lane = operator.addGroup("lane", lane);
  }

  @Override
  public Counter getNumRecordsInErrorsCounter() {
    return operator.getNumRecordsInErrorsCounter();
  }

  @Override
  public OperatorIOMetricGroup getIOMetricGroup() {
    return operator.getIOMetricGroup();
  }

  @Override
  public void setPendingBytesGauge(Gauge<Long> pendingBytes) {
    lane.gauge("pendingBytes", pendingBytes);
  }

  @Override
  public void setPendingRecordsGauge(Gauge<Long> pendingRecords) {
    lane.gauge("pendingRecords", pendingRecords);
  }

  @Override
  public Counter counter(String name) {
    return lane.counter(name);
  }

  @Override
  public <C extends Counter> C counter(String name, C counter) {
    return lane.counter(name, counter);
  }

  @Override
  public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
    return lane.gauge(name, gauge);
  }

  @Override
  public <H extends Histogram> H histogram(String name, H histogram) {
    return lane.histogram(name, histogram);
  }

  @Override
  public <M extends Meter> M meter(String name, M meter) {
    return lane.meter(name, meter);
  }

  @Override
  public MetricGroup addGroup(String name) {
    return lane.addGroup(name);
  }

  @Override
  public MetricGroup addGroup(String key, String value) {
    return lane.addGroup(key, value);
  }

  @Override
  public String[] getScopeComponents() {
    return lane.getScopeComponents();
  }

  @Override
  public Map<String, String> getAllVariables() {
    return lane.getAllVariables();
  }

  @Override
  public String getMetricIdentifier(String name) {
    return lane.getMetricIdentifier(name);
  }

  @Override
  public String getMetricIdentifier(String name, CharacterFilter filter) {
    return lane.getMetricIdentifier(name, filter);
  }
}
