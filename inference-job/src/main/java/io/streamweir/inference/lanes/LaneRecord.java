package io.streamweir.inference.lanes;

import io.streamweir.schemas.Lane;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

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
  public byte[] value;

  /** For Flink. */
  public LaneRecord() {}

  public LaneRecord(Lane lane, String topic, int partition, long offset, byte[] key, byte[] value) {
    this.lane = lane;
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.key = key;
    this.value = value;
  }
}
