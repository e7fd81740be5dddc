package io.streamweir.router.quota;

import io.streamweir.router.source.DecodingFunction;
import io.streamweir.router.source.SourceRecord;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes usage records, which tell that a request has ended and what it took. */
public final class UsageFunction extends DecodingFunction<UsageRecord, Metered> {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(UsageFunction.class);

  /**
   * @param patience the timeout of the operator, for its message
   */
  public UsageFunction(String registryUrl, Duration patience) {
    super(registryUrl, patience, Topics.USAGE.subject(), UsageRecord.class);
  }

  @Override
  protected List<Metered> decode(SourceRecord record, AvroCodec<UsageRecord> codec) {
    return List.of(Metered.end(codec.decode(record.value), record.timestampMs));
  }

  @Override
  protected List<Metered> undecodable(SourceRecord record, UndecodableRecordException reason) {
    LOG.warn("Usage record {} counts for no quota: {}", record, reason.getMessage());
    return List.of();
  }
}
