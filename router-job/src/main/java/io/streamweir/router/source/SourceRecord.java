package io.streamweir.router.source;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record as Kafka holds it.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class SourceRecord {

  public static final TypeInformation<SourceRecord> TYPE = Types.POJO(SourceRecord.class);

  public String topic;
  public int partition;
  public long offset;

  /** Epoch milliseconds; of the requests and usage topics the broker's clock. */
  public long timestampMs;

  /** Possibly null. */
  public byte[] key;

  /** Null for a tombstone. */
  public byte[] value;

  /** For Flink. */
  public SourceRecord() {}

  public static SourceRecord of(ConsumerRecord<byte[], byte[]> consumed) {
    var record = new SourceRecord();
    record.topic = consumed.topic();
    record.partition = consumed.partition();
    record.offset = consumed.offset();
    record.timestampMs = consumed.timestamp();
    record.key = consumed.key();
    record.value = consumed.value();
    return record;
  }

  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
