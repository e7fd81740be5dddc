package io.streamweir.router.outcome;

import io.streamweir.flink.OutboundRecord;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.schemas.Timings;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the records in which a request leaves the router.
 *
 * <p>A request that ends here leaves in three: the last chunk of its stream, for whoever waits,
 * and, for the books, its result and its usage. Thread-safe.
 */
public final class Outcomes {

  /**
   * In the usage of a refused request, in place of a model that there is not: whatever a client
   * invents must not become an account.
   */
  public static final String NO_MODEL = "(not deployed)";

  private static final int MOST_MODEL_CHARS = 256;
  private static final int MOST_KEY_BYTES = 1024;

  private final AvroCodec<DispatchedRequest> dispatchCodec;
  private final AvroCodec<TokenChunk> chunkCodec;
  private final AvroCodec<InferenceResult> resultCodec;
  private final AvroCodec<UsageRecord> usageCodec;
  private final AvroCodec<DeadLetter> deadLetterCodec;
  private final InstantSource clock;
  private final long incarnation;

  /**
   * Registers the schemas that it writes, so that no record waits for that later.
   *
   * @param incarnation of this router, greater than those before
   * @throws io.streamweir.schemas.registry.RegistryUnavailableException if the registry does not
   *     answer
   */
  public Outcomes(SchemaRegistry registry, InstantSource clock, long incarnation) {
    this.clock = clock;
    this.incarnation = incarnation;
    dispatchCodec =
        new AvroCodec<>(registry, Topics.DISPATCH_SUBJECT, DispatchedRequest.class).prepared();
    chunkCodec = new AvroCodec<>(registry, Topics.TOKENS.subject(), TokenChunk.class).prepared();
    resultCodec =
        new AvroCodec<>(registry, Topics.RESULTS.subject(), InferenceResult.class).prepared();
    usageCodec = new AvroCodec<>(registry, Topics.USAGE.subject(), UsageRecord.class).prepared();
    deadLetterCodec =
        new AvroCodec<>(registry, Topics.DEAD_LETTERS.subject(), DeadLetter.class).prepared();
  }

  /** A request on its way to its deployment. */
  public OutboundRecord dispatched(DispatchedRequest request) {
    return OutboundRecord.byKey(
        Topics.dispatchName(request.getDeployment(), request.getLane()),
        new RequestKey(request.getTenant(), request.getRequestId()),
        dispatchCodec.encode(request));
  }

  /**
   * The three records in which a rejected request leaves.
   *
   * @param replyPartition where the caller listens
   * @param account model in whose name it is counted: one that there is, or {@link #NO_MODEL}
   */
  public List<OutboundRecord> refusal(
      InferenceRequest request, Rejection rejection, int replyPartition, String account) {
    return ended(request, Ending.refused(rejection), replyPartition, account);
  }

  /** As above, of a request for a model that there is. */
  public List<OutboundRecord> refusal(
      InferenceRequest request, Rejection rejection, int replyPartition) {
    return refusal(request, rejection, replyPartition, model(request));
  }

  /** What {@link #refusal} needs of a request. */
  static InferenceRequest essence(InferenceRequest request) {
    return InferenceRequest.newBuilder()
        .setRequestId(request.getRequestId())
        .setTenant(request.getTenant())
        .setModel(model(request))
        .setOffline(request.getOffline())
        .setSampling(SamplingParams.newBuilder().build())
        .setCreatedAtMs(request.getCreatedAtMs())
        .setApiKey(request.getApiKey())
        .setMetadata(Metadata.returnable(request.getMetadata()))
        .build();
  }

  /**
   * The three records in which a request leaves whose tokens were to be counted; nothing is billed.
   *
   * @param replyPartition where the caller listens
   */
  public List<OutboundRecord> counted(
      InferenceRequest request, int promptTokens, int replyPartition) {
    return ended(request, Ending.counted(promptTokens), replyPartition, model(request));
  }

  private List<OutboundRecord> ended(
      InferenceRequest request, Ending ending, int replyPartition, String account) {
    var records = new ArrayList<OutboundRecord>();
    records.add(lastChunk(request, ending, replyPartition));
    records.addAll(books(request, ending, account));
    return records;
  }

  /** The end of a stream that never began. */
  OutboundRecord lastChunk(InferenceRequest request, Ending ending, int replyPartition) {
    var chunk =
        TokenChunk.newBuilder()
            .setRequestId(request.getRequestId())
            .setTenant(request.getTenant())
            .setKind(ChunkKind.TOKENS)
            .setIncarnation(incarnation)
            .setTextOffset(0)
            .setFinishReason(ending.finishReason())
            .setError(ending.error())
            .setUsage(ending.told())
            .build();
    return OutboundRecord.toPartition(
        Topics.TOKENS.name(), replyPartition, key(request), chunkCodec.encode(chunk));
  }

  /** Result and usage: nothing was generated, nothing is billed. */
  List<OutboundRecord> books(InferenceRequest request, Ending ending, String account) {
    var now = clock.millis();
    var result =
        InferenceResult.newBuilder()
            .setRequestId(request.getRequestId())
            .setTenant(request.getTenant())
            .setModel(model(request))
            .setLane(lane(request))
            .setStatus(ending.status())
            .setFinishReason(ending.finishReason())
            .setUsage(ending.told())
            .setError(ending.error())
            .setTimings(
                Timings.newBuilder()
                    .setCreatedAtMs(request.getCreatedAtMs())
                    .setFinishedAtMs(now)
                    .build())
            .setMetadata(Metadata.returnable(request.getMetadata()))
            .build();
    var usage =
        UsageRecord.newBuilder()
            .setRequestId(request.getRequestId())
            .setTenant(request.getTenant())
            .setModel(account)
            .setLane(lane(request))
            .setStatus(ending.status())
            .setUsage(new TokenUsage())
            .setFinishedAtMs(now)
            .setApiKey(request.getApiKey())
            .build();
    return List.of(
        OutboundRecord.byKey(Topics.RESULTS.name(), key(request), resultCodec.encode(result)),
        OutboundRecord.byKey(Topics.USAGE.name(), key(request), usageCodec.encode(usage)));
  }

  /** A record that could not become a request. */
  public OutboundRecord deadLetter(DeadRecord dead) {
    var letter =
        DeadLetter.newBuilder()
            .setSourceTopic(dead.topic())
            .setSourcePartition(dead.partition())
            .setSourceOffset(dead.offset())
            .setCode(dead.code())
            .setMessage(dead.message())
            .setKey(wrap(dead.key()))
            .setValue(wrap(dead.value()))
            .setFailedAtMs(clock.millis())
            .build();
    return OutboundRecord.byKey(
        Topics.DEAD_LETTERS.name(), recordKey(dead.key()), deadLetterCodec.encode(letter));
  }

  /** The lane that a request asks for. */
  public static Lane lane(InferenceRequest request) {
    return request.getOffline() ? Lane.OFFLINE : Lane.ONLINE;
  }

  private static RequestKey key(InferenceRequest request) {
    return new RequestKey(request.getTenant(), request.getRequestId());
  }

  /** As results and usage name it. */
  public static String model(InferenceRequest request) {
    var model = request.getModel();
    return model.length() <= MOST_MODEL_CHARS ? model : model.substring(0, MOST_MODEL_CHARS);
  }

  /** A key that no request can have stands in the letter only: there is room for it once. */
  private static byte[] recordKey(byte[] key) {
    return key == null || key.length > MOST_KEY_BYTES ? null : key;
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }
}
