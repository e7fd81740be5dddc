package io.streamweir.router.journal;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.kafka.common.TopicPartition;

/**
 * A part of a partition of a dispatch topic that a run without a checkpoint has found, and that its
 * successors read again as long as they have to know what was dispatched there.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class TakenRange {

  static final TypeInformation<TakenRange> TYPE = Types.POJO(TakenRange.class);

  public String topic;
  public int partition;

  /** Offset of its first record. */
  public long from;

  /** Offset behind its last record. */
  public long to;

  /** Epoch milliseconds from which on nobody asks for it. */
  public long untilMs;

  /** For Flink. */
  public TakenRange() {}

  static TakenRange of(TopicPartition where, long from, long to, long untilMs) {
    var range = new TakenRange();
    range.topic = where.topic();
    range.partition = where.partition();
    range.from = from;
    range.to = to;
    range.untilMs = untilMs;
    return range;
  }

  TopicPartition where() {
    return new TopicPartition(topic, partition);
  }
}
