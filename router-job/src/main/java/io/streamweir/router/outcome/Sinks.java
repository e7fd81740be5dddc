package io.streamweir.router.outcome;

import io.streamweir.flink.OutboundRecord;
import io.streamweir.schemas.Topics;
import java.util.List;
import org.apache.flink.util.OutputTag;

/** Which records go to which sink. */
public final class Sinks {

  /** Last chunks of rejected requests: at once. */
  public static final OutputTag<OutboundRecord> TOKENS =
      new OutputTag<>("tokens", OutboundRecord.TYPE);

  /** Results, usage and dead letters: exactly once. */
  public static final OutputTag<OutboundRecord> BOOKS =
      new OutputTag<>("books", OutboundRecord.TYPE);

  /** The topics of {@link #BOOKS}. */
  public static final List<String> BOOKS_TOPICS =
      List.of(Topics.RESULTS.name(), Topics.USAGE.name(), Topics.DEAD_LETTERS.name());

  private Sinks() {}

  /** Whether a record goes to {@link #TOKENS}. */
  public static boolean isChunk(OutboundRecord record) {
    return record.topic.equals(Topics.TOKENS.name());
  }

  /** Whether a record goes to {@link #BOOKS}. */
  public static boolean isBooks(OutboundRecord record) {
    return BOOKS_TOPICS.contains(record.topic);
  }
}
