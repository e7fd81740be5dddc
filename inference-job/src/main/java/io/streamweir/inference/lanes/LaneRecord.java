package io.streamweir.inference.lanes;

import io.streamweir.schemas.Lane;
import io.streamweir.schemas.dispatch.RouterIncarnation;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.kafka.common.TopicPartition;

/**
 * A record of a dispatch topic as it lies there. It is decoded by the operator, not by the source,
 * because there an undecodable one can become a dead letter instead of a failure.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class LaneRecord {

  public static final TypeInformation<LaneRecord> TYPE = Types.POJO(LaneRecord.class);

  public Lane lane;
  public String topic;
  public int partition;
  public long offset;
  public byte[] key;

  /** Null if it is a marker of the router. */
  public byte[] value;

  /** Of the router that wrote it. */
  public long routerIncarnation;

  /** For Flink. */
  public LaneRecord() {}

  public LaneRecord(
      Lane lane,
      String topic,
      int partition,
      long offset,
      byte[] key,
      byte[] value,
      long routerIncarnation) {
    this.lane = lane;
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.key = key;
    this.value = value;
    this.routerIncarnation = routerIncarnation;
  }

  /** Whether it only says which run of the router writes from here on. */
  public boolean isMarker() {
    return value == null && routerIncarnation != RouterIncarnation.NONE;
  }

  public TopicPartition topicPartition() {
    return new TopicPartition(topic, partition);
  }
}
