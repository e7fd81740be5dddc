package io.streamweir.router.admission;

import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.router.outcome.ReplyPartitions;
import io.streamweir.router.source.DecodingFunction;
import io.streamweir.router.source.SourceRecord;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.MalformedTextException;
import io.streamweir.schemas.codec.UndecodableRecordException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;

/** Decodes requests and holds them against the rules. */
public final class AdmissionFunction extends DecodingFunction<InferenceRequest, Admitted> {

  private static final long serialVersionUID = 1L;

  private final String bootstrapServers;
  private final int maxPromptChars;

  private transient RequestRules rules;

  /**
   * @param patience the timeout of the operator, for its message
   * @param maxPromptChars most characters of the prompt, or of all messages together
   */
  public AdmissionFunction(
      String bootstrapServers, String registryUrl, Duration patience, int maxPromptChars) {
    super(registryUrl, patience, Topics.REQUESTS.subject(), InferenceRequest.class);
    this.bootstrapServers = bootstrapServers;
    this.maxPromptChars = maxPromptChars;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    super.open(context);
    rules = new RequestRules(maxPromptChars, ReplyPartitions.ask(bootstrapServers));
  }

  @Override
  protected List<Admitted> decode(SourceRecord record, AvroCodec<InferenceRequest> codec) {
    try {
      var request = codec.decode(record.value);
      var translated = isOwnSchema(record) ? null : codec.encode(request);
      var rejection = rules.check(request);
      return List.of(
          rejection.isEmpty()
              ? Admitted.good(record, key(request), translated)
              : rejected(record, request, translated, rejection.get()));
    } catch (MalformedTextException e) {
      var request = (InferenceRequest) e.record();
      var rejection = new Rejection(ErrorCode.INVALID_TEXT, e.getMessage());
      return List.of(rejected(record, request, codec.encode(request), rejection));
    }
  }

  @Override
  protected List<Admitted> undecodable(SourceRecord record, UndecodableRecordException reason) {
    return List.of(Admitted.dead(record, reason.code(), reason.getMessage()));
  }

  /** Without a valid identity nobody can be answered, and nothing can be told apart. */
  private Admitted rejected(
      SourceRecord record, InferenceRequest request, byte[] translated, Rejection rejection) {
    return rules
        .checkIdentity(request)
        .map(fault -> Admitted.dead(record, fault.code().code(), fault.message()))
        .orElseGet(() -> Admitted.rejected(record, key(request), translated, rejection));
  }

  private static RequestKey key(InferenceRequest request) {
    return new RequestKey(request.getTenant(), request.getRequestId());
  }
}
