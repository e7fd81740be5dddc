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
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;

/** Decodes requests and holds them against the rules. */
public final class AdmissionFunction extends DecodingFunction<InferenceRequest, Admitted> {

  private static final long serialVersionUID = 1L;

  private final String bootstrapServers;
  private final int maxPromptChars;

  private transient ReplyPartitions replyPartitions;
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
    replyPartitions = ReplyPartitions.ask(bootstrapServers);
    rules = new RequestRules(maxPromptChars, replyPartitions);
  }

  @Override
  protected List<Admitted> decode(SourceRecord record, AvroCodec<InferenceRequest> codec) {
    try {
      var request = codec.decode(record.value);
      var translated = isOwnSchema(record) ? null : codec.encode(request);
      return List.of(admit(record, request, translated, rules.check(request)));
    } catch (MalformedTextException e) {
      var request = (InferenceRequest) e.record();
      var rejection = new Rejection(ErrorCode.INVALID_TEXT, e.getMessage());
      return List.of(admit(record, request, codec.encode(request), Optional.of(rejection)));
    }
  }

  @Override
  protected List<Admitted> undecodable(SourceRecord record, UndecodableRecordException reason) {
    return List.of(Admitted.dead(record, reason.code(), reason.getMessage()));
  }

  /** Without a valid identity nobody can be answered, and nothing can be told apart. */
  private Admitted admit(
      SourceRecord record,
      InferenceRequest request,
      byte[] translated,
      Optional<Rejection> rejection) {
    var fault = rules.checkIdentity(request);
    if (fault.isPresent()) {
      return Admitted.dead(record, fault.get().code().code(), fault.get().message());
    }
    var key = new RequestKey(request.getTenant(), request.getRequestId());
    var admitted = Admitted.good(record, key, translated, replyPartitions.of(request));
    return rejection.map(admitted::rejected).orElse(admitted);
  }
}
