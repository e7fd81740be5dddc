package io.streamweir.inference.lanes;

import io.streamweir.schemas.Lane;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;

/** The Kafka reader of one lane behind its gate. */
final class LaneReader {

  final Lane lane;
  final String topic;
  final SourceReader<LaneRecord, KafkaPartitionSplit> kafka;

  private final LaneGate gate;
  private final Availability.Watch gateWatch;
  private final Availability.Watch kafkaWatch;

  LaneReader(
      Lane lane,
      String topic,
      SourceReader<LaneRecord, KafkaPartitionSplit> kafka,
      LaneGate gate,
      Availability availability) {
    this.lane = lane;
    this.topic = topic;
    this.kafka = kafka;
    this.gate = gate;
    this.gateWatch = availability.new Watch();
    this.kafkaWatch = availability.new Watch();
  }

  /** Whether a poll may bring a record. */
  boolean isReady() {
    return gate.isOpen() && kafka.isAvailable().isDone();
  }

  /**
   * Wakes the reader when {@link #isReady} may have become true. Gate and consumer have a watch
   * each: a gate that moves often must not pile up waiters on the future of an idle consumer.
   */
  void watch() {
    var opened = gate.opened();
    if (opened.isDone()) {
      kafkaWatch.on(kafka.isAvailable());
    } else {
      gateWatch.on(opened);
    }
  }
}
