package io.streamweir.inference.operator;

import io.streamweir.flink.OutboundRecord;
import io.streamweir.inference.lanes.LaneRecord;
import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Timings;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/**
 * Makes the records that leave the operator: chunks for the fast sink; results, usage and dead
 * letters for the transactional one. Task thread only.
 */
final class ResponseWriter {

  /**
   * The names that results and usage bear.
   *
   * @param accelerator class: cpu, gpu or npu
   */
  record Identity(String model, String deployment, String accelerator) {}

  private final Identity identity;
  private final Consumer<OutboundRecord> fast;
  private final Consumer<OutboundRecord> exact;
  private final AvroCodec<TokenChunk> chunks;
  private final AvroCodec<InferenceResult> results;
  private final AvroCodec<UsageRecord> usage;
  private final AvroCodec<DeadLetter> deadLetters;
  private int tokensPartitions = Topics.TOKENS.partitions();

  ResponseWriter(
      SchemaRegistry registry,
      Identity identity,
      Consumer<OutboundRecord> fast,
      Consumer<OutboundRecord> exact) {
    this.identity = identity;
    this.fast = fast;
    this.exact = exact;
    this.chunks = codec(registry, Topics.TOKENS, TokenChunk.class);
    this.results = codec(registry, Topics.RESULTS, InferenceResult.class);
    this.usage = codec(registry, Topics.USAGE, UsageRecord.class);
    this.deadLetters = codec(registry, Topics.DEAD_LETTERS, DeadLetter.class);
  }

  /** Else the first result of a replica, and all that it generates, would wait for the registry. */
  private static <T extends SpecificRecord> AvroCodec<T> codec(
      SchemaRegistry registry, TopicSpec topic, Class<T> type) {
    return new AvroCodec<>(registry, topic.subject(), type).prepared();
  }

  /** How many partitions the tokens topic really has. */
  void setTokensPartitions(int partitions) {
    tokensPartitions = partitions;
  }

  /** The request's reply partition; a producer would block on one that does not exist. */
  int tokensPartition(InFlight request) {
    var asked = request.request().getReplyPartition();
    return asked >= 0 && asked < tokensPartitions
        ? asked
        : request.key().partition(tokensPartitions);
  }

  void chunk(InFlight request, TokenChunk chunk) {
    fast.accept(
        OutboundRecord.toPartition(
            Topics.TOKENS.name(), tokensPartition(request), request.key(), chunks.encode(chunk)));
  }

  /** The terminal records of a request: its result and its bill, in one transaction. */
  void end(InFlight request, Outcome outcome, long nowMicros) {
    var counts = counts(request);
    send(
        Topics.RESULTS.name(),
        request.key(),
        results.encode(result(request, outcome, counts, nowMicros)));
    send(
        Topics.USAGE.name(),
        request.key(),
        usage.encode(bill(request, outcome, counts, nowMicros)));
  }

  /** The one answer to a record that is no request. */
  void deadLetter(LaneRecord record, String code, String message, long nowMicros) {
    var letter =
        DeadLetter.newBuilder()
            .setSourceTopic(record.topic)
            .setSourcePartition(record.partition)
            .setSourceOffset(record.offset)
            .setCode(code)
            .setMessage(message)
            .setKey(record.key == null ? null : ByteBuffer.wrap(record.key))
            .setValue(record.value == null ? null : ByteBuffer.wrap(record.value))
            .setFailedAtMs(millis(nowMicros))
            .build();
    exact.accept(
        OutboundRecord.byKey(Topics.DEAD_LETTERS.name(), record.key, deadLetters.encode(letter)));
  }

  /** What is billed: the tokens that were released. */
  TokenUsage counts(InFlight request) {
    return TokenUsage.newBuilder()
        .setPromptTokens(request.request().getPromptTokenIds().size())
        .setCachedTokens(request.cachedTokens())
        .setCompletionTokens(request.tokenIds().size())
        .setReasoningTokens(request.answer().reasoningTokens())
        .setWastedTokens(request.wastedTokens())
        .build();
  }

  private InferenceResult result(
      InFlight request, Outcome outcome, TokenUsage counts, long nowMicros) {
    var dispatched = request.request();
    return InferenceResult.newBuilder()
        .setRequestId(request.key().requestId())
        .setTenant(request.key().tenant())
        .setModel(identity.model())
        .setDeployment(identity.deployment())
        .setLane(request.lane())
        .setStatus(outcome.status())
        .setFinishReason(outcome.finishReason())
        .setText(request.text())
        .setTokenIds(request.tokenIds())
        .setAnswer(request.answer().answer())
        .setUsage(counts)
        .setError(outcome.error())
        .setTimings(
            new Timings(
                dispatched.getCreatedAtMs(),
                dispatched.getAcceptedAtMs(),
                millis(request.admittedAtMicros()),
                millis(request.firstTokenAtMicros()),
                millis(nowMicros)))
        .setAttempt(request.attempt())
        .setMetadata(dispatched.getMetadata())
        .build();
  }

  private UsageRecord bill(InFlight request, Outcome outcome, TokenUsage counts, long nowMicros) {
    return UsageRecord.newBuilder()
        .setRequestId(request.key().requestId())
        .setTenant(request.key().tenant())
        .setModel(identity.model())
        .setDeployment(identity.deployment())
        .setAccelerator(identity.accelerator())
        .setLane(request.lane())
        .setStatus(outcome.status())
        .setUsage(counts)
        .setEngineTimeUs(nowMicros - request.admittedAtMicros())
        .setFinishedAtMs(millis(nowMicros))
        .setApiKey(request.request().getApiKey())
        .build();
  }

  private void send(String topic, RequestKey key, byte[] value) {
    exact.accept(OutboundRecord.byKey(topic, key, value));
  }

  private static long millis(long micros) {
    return TimeUnit.MICROSECONDS.toMillis(micros);
  }
}
