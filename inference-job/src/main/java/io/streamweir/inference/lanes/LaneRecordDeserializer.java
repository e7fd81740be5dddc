package io.streamweir.inference.lanes;

import io.streamweir.schemas.Lane;
import io.streamweir.schemas.dispatch.RouterIncarnation;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Marks each record of a dispatch topic with its lane and leaves the bytes as they are. */
record LaneRecordDeserializer(Lane lane) implements KafkaRecordDeserializationSchema<LaneRecord> {

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> source, Collector<LaneRecord> out) {
    out.collect(
        new LaneRecord(
            lane,
            source.topic(),
            source.partition(),
            source.offset(),
            source.key(),
            source.value(),
            RouterIncarnation.of(source.headers())));
  }

  @Override
  public TypeInformation<LaneRecord> getProducedType() {
    return LaneRecord.TYPE;
  }
}
