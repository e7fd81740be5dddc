package io.streamweir.inference.operator;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.Lane;
import io.streamweir.engine.LatencySlo;
import io.streamweir.engine.ReadingParams;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.TenantShare;
import io.streamweir.inference.journal.Released;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResolvedSampling;
import io.streamweir.schemas.TokenChunk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;

/**
 * A request that the operator has taken and not yet ended. Its tokens are those that were released
 * to the token log: another engine, or another run of the task, goes on after them.
 */
final class InFlight {

  private final RequestKey key;
  private final String id;
  private final DispatchedRequest request;
  private final byte[] dispatched;
  private final io.streamweir.schemas.Lane lane;
  private final long admittedAtMicros;
  private final List<Integer> tokenIds = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final ReleasedAnswer answer;
  private int textCodePoints;
  private int attempt = 1;
  private int cachedTokens;
  private long firstTokenAtMicros;
  private long submittedAtMicros;
  private int engineFailures;
  private int wastedTokens;
  private int tokensAtSubmission;
  private boolean startsAgain;
  private boolean submitted;
  private boolean waiting = true;
  private boolean cancelled;
  private String cancelReason;

  /**
   * @param dispatched the value of the dispatch record, as it came
   */
  InFlight(
      DispatchedRequest request,
      byte[] dispatched,
      io.streamweir.schemas.Lane lane,
      long admittedAtMicros) {
    this.key = new RequestKey(request.getTenant(), request.getRequestId());
    this.id = key.toString();
    this.request = request;
    this.dispatched = dispatched;
    this.lane = lane;
    this.admittedAtMicros = admittedAtMicros;
    this.answer = new ReleasedAnswer(request.getReading() != null);
  }

  /** Takes up what an earlier run of the task left; the next submission is a new attempt. */
  void resume(
      int attempts,
      List<Integer> released,
      String releasedText,
      int cached,
      long firstTokenMicros,
      int failures,
      int wasted) {
    attempt = attempts + 1;
    tokenIds.addAll(released);
    release(releasedText);
    cachedTokens = cached;
    firstTokenAtMicros = firstTokenMicros;
    engineFailures = failures;
    wastedTokens = wasted;
  }

  /** Takes up what a predecessor released behind what the state knew. */
  void adopt(Released released) {
    if (!released.tokenIds().isEmpty() || released.last().isPresent()) {
      attempt = Math.max(attempt, 2);
      waiting = false;
    }
    tokenIds.addAll(released.tokenIds());
    release(released.text());
    answer.adopt(released.deltas(), released.reasoningTokens());
    released.last().ifPresent(last -> cachedTokens = cachedTokens(last));
    if (firstTokenAtMicros == 0) {
      firstTokenAtMicros = released.firstTokenAtMicros();
    }
  }

  private int cachedTokens(TokenChunk last) {
    return last.getUsage() == null ? cachedTokens : last.getUsage().getCachedTokens();
  }

  RequestKey key() {
    return key;
  }

  /** The id that the engine knows it by. */
  String id() {
    return id;
  }

  DispatchedRequest request() {
    return request;
  }

  byte[] dispatched() {
    return dispatched;
  }

  io.streamweir.schemas.Lane lane() {
    return lane;
  }

  int attempt() {
    return attempt;
  }

  List<Integer> tokenIds() {
    return tokenIds;
  }

  String text() {
    return text.toString();
  }

  /** Length of the text in Unicode code points, which is how chunks say where theirs begins. */
  int textCodePoints() {
    return textCodePoints;
  }

  /** The text, taken apart. */
  ReleasedAnswer answer() {
    return answer;
  }

  int cachedTokens() {
    return cachedTokens;
  }

  long admittedAtMicros() {
    return admittedAtMicros;
  }

  long firstTokenAtMicros() {
    return firstTokenAtMicros;
  }

  /** When the engine that has it now took it; 0 if none ever did. */
  long submittedAtMicros() {
    return submittedAtMicros;
  }

  int engineFailures() {
    return engineFailures;
  }

  /** Tokens computed again because of failures. */
  int wastedTokens() {
    return wastedTokens;
  }

  /** Whether an engine has it. */
  boolean submitted() {
    return submitted;
  }

  /** Whether it has got nothing yet from the engine that it is with, or will be. */
  boolean waiting() {
    return waiting;
  }

  boolean cancelled() {
    return cancelled;
  }

  String cancelReason() {
    return cancelReason;
  }

  long deadlineMillis() {
    return request.getDeadlineMs() == null ? Long.MAX_VALUE : request.getDeadlineMs();
  }

  void markCancelled(String reason) {
    cancelled = true;
    cancelReason = reason;
  }

  void markSubmitted(long nowMicros) {
    submitted = true;
    submittedAtMicros = nowMicros;
    tokensAtSubmission = tokenIds.size();
    startsAgain = attempt > 1 && !tokenIds.isEmpty();
  }

  /** Its engine is gone. */
  void markEngineFailed() {
    submitted = false;
    waiting = true;
    engineFailures++;
    attempt++;
  }

  /** Adds what a step released. */
  void append(SequenceOutput output, long emittedAtMicros) {
    if (startsAgain) {
      startsAgain = false;
      wastedTokens += computedAgain(output);
    }
    waiting = false;
    cachedTokens = Math.max(cachedTokens, output.cachedPromptTokens());
    for (var token : output.tokenIds()) {
      tokenIds.add(token);
    }
    release(output.text());
    answer.append(output.reading());
    if (firstTokenAtMicros == 0 && !tokenIds.isEmpty()) {
      firstTokenAtMicros = emittedAtMicros;
    }
  }

  /** What a new attempt has prefilled when its first output comes: all but what was cached. */
  private int computedAgain(SequenceOutput output) {
    var known = request.getPromptTokenIds().size() + tokensAtSubmission;
    return Math.max(0, known - output.cachedPromptTokens());
  }

  private void release(String piece) {
    text.append(piece);
    textCodePoints += piece.codePointCount(0, piece.length());
  }

  /** What the answer has to look like, as JSON; null if it may be any text. */
  String responseFormat() {
    return request.getSampling().getResponseFormat();
  }

  /** Tenants share no KV blocks: how long a prompt takes must not tell what others have sent. */
  EngineRequest toEngineRequest() {
    return new EngineRequest(
            id,
            ints(request.getPromptTokenIds()),
            ints(tokenIds),
            sampling(request.getSampling()),
            lane == io.streamweir.schemas.Lane.ONLINE ? Lane.ONLINE : Lane.OFFLINE,
            request.getPriority(),
            deadlineMillis())
        .withSlo(new LatencySlo(orNone(request.getTtftSloMs()), orNone(request.getTpotSloMs())))
        .withCacheSalt(request.getTenant())
        .withShare(new TenantShare(request.getTenant(), Math.max(1, request.getTenantWeight())))
        .withReading(reading());
  }

  private ReadingParams reading() {
    var reading = request.getReading();
    return reading == null
        ? null
        : new ReadingParams(
            reading.getTools(),
            key.requestId(),
            reading.getThinkingBudget(),
            ints(reading.getEndOfThinking()));
  }

  private static SamplingParams sampling(ResolvedSampling sampling) {
    var bias = new HashMap<Integer, Float>();
    sampling
        .getLogitBias()
        .forEach((token, value) -> bias.put(Integer.valueOf(token), value.floatValue()));
    return SamplingParams.builder(sampling.getMaxTokens())
        .temperature(sampling.getTemperature())
        .topP(sampling.getTopP())
        .topK(sampling.getTopK())
        .seed(sampling.getSeed())
        .stopStrings(sampling.getStop())
        .stopTokenIds(Set.copyOf(sampling.getStopTokenIds()))
        .ignoreEos(sampling.getIgnoreEos())
        .minP(sampling.getMinP())
        .minTokens(sampling.getMinTokens())
        .presencePenalty(sampling.getPresencePenalty())
        .frequencyPenalty(sampling.getFrequencyPenalty())
        .repetitionPenalty(sampling.getRepetitionPenalty())
        .logitBias(bias)
        .topLogprobs(sampling.getTopLogprobs())
        .build();
  }

  private static long orNone(Long milliseconds) {
    return milliseconds == null ? 0 : milliseconds;
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
