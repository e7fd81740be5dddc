package io.streamweir.router.journal;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.kafka.common.TopicPartition;

/**
 * From where a successor reads a partition of a dispatch topic back.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class LogPosition {

  static final TypeInformation<LogPosition> TYPE = Types.POJO(LogPosition.class);

  public String topic;
  public int partition;
  public long offset;

  /** For Flink. */
  public LogPosition() {}

  static LogPosition of(TopicPartition where, long offset) {
    var position = new LogPosition();
    position.topic = where.topic();
    position.partition = where.partition();
    position.offset = offset;
    return position;
  }

  TopicPartition where() {
    return new TopicPartition(topic, partition);
  }
}
