package io.streamweir.router.quota;

import io.streamweir.router.source.DecodingFunction;
import io.streamweir.router.source.SourceRecord;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes a topic that tells limits. A record that is none changes nothing.
 *
 * @param <T> the records of the topic
 */
public final class LimitsFunction<T extends SpecificRecord>
    extends DecodingFunction<T, LimitChange> {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(LimitsFunction.class);

  private final LimitsTopic<T> topic;

  /**
   * @param patience the timeout of the operator, for its message
   */
  public LimitsFunction(
      String registryUrl, Duration patience, TopicSpec spec, LimitsTopic<T> topic, Class<T> type) {
    super(registryUrl, patience, spec.subject(), type);
    this.topic = topic;
  }

  @Override
  protected List<LimitChange> decode(SourceRecord record, AvroCodec<T> codec) {
    return change(record, codec, topic);
  }

  /** None if the record has no key. */
  static <T extends SpecificRecord> List<LimitChange> change(
      SourceRecord record, AvroCodec<T> codec, LimitsTopic<T> topic) {
    if (record.key == null) {
      return List.of();
    }
    if (record.value == null) {
      var account = new String(record.key, StandardCharsets.UTF_8);
      return List.of(LimitChange.lifted(account, record));
    }
    return List.of(topic.change(codec.decode(record.value), record));
  }

  @Override
  protected List<LimitChange> undecodable(SourceRecord record, UndecodableRecordException reason) {
    LOG.warn("Record {} is ignored, its limits do not hold: {}", record, reason.getMessage());
    return List.of();
  }
}
