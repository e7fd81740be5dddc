package io.streamweir.flink;

import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.dispatch.RouterIncarnation;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A record on its way to a Kafka sink, already in bytes: one sink then serves several topics in one
 * transaction.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class OutboundRecord {

  public static final TypeInformation<OutboundRecord> TYPE = Types.POJO(OutboundRecord.class);

  /** Kafka's partitioner decides by the key. */
  private static final int BY_KEY = -1;

  public String topic;
  public int partition;
  public byte[] key;
  public byte[] value;

  /** Of the router; {@link RouterIncarnation#NONE} unless it goes to a dispatch topic. */
  public long incarnation;

  /** For Flink. */
  public OutboundRecord() {}

  private OutboundRecord(String topic, int partition, byte[] key, byte[] value) {
    this.topic = topic;
    this.partition = partition;
    this.key = key;
    this.value = value;
  }

  /** To the partition that the key hashes to. */
  public static OutboundRecord byKey(String topic, RequestKey key, byte[] value) {
    return new OutboundRecord(topic, BY_KEY, key.bytes(), value);
  }

  /** To the partition that the key hashes to, with the key as it came, possibly null. */
  public static OutboundRecord byKey(String topic, byte[] key, byte[] value) {
    return new OutboundRecord(topic, BY_KEY, key, value);
  }

  public static OutboundRecord toPartition(
      String topic, int partition, RequestKey key, byte[] value) {
    return new OutboundRecord(topic, partition, key.bytes(), value);
  }

  /** The same record, from that run of the router. */
  public OutboundRecord from(long incarnation) {
    var stamped = new OutboundRecord(topic, partition, key, value);
    stamped.incarnation = incarnation;
    return stamped;
  }

  Integer explicitPartition() {
    return partition == BY_KEY ? null : partition;
  }
}
