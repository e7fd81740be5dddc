package io.streamweir.inference.operator;

import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.TokenLogprobs;
import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.TokenCandidate;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenLogprob;
import io.streamweir.schemas.tokens.AnswerBuilder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.IntFunction;

/**
 * Gathers what the engine's steps add to each request and sends it in chunks.
 *
 * <p>Online, whatever one drain of the steps brings is sent at once, as one chunk a request: a task
 * that keeps up drains every step, so nothing waits; one that lags behind sends fewer, longer
 * chunks. Nobody waits for a single offline token, but each chunk costs the broker and every reader
 * a record, so these linger until there are enough of them. The last chunk of a request never
 * waits.
 *
 * <p>What lingers is not in the log, so it must be sent before state that counts it is stored.
 */
final class ChunkEmitter {

  private static final class Draft {
    final int firstIndex;
    final long openedAtMicros;
    final List<Integer> tokenIds = new ArrayList<>();
    final List<TokenLogprob> logprobs = new ArrayList<>();
    final StringBuilder text = new StringBuilder();
    final AnswerBuilder answer = new AnswerBuilder();
    long emittedAtMicros;
    Outcome outcome;

    Draft(int firstIndex, long openedAtMicros) {
      this.firstIndex = firstIndex;
      this.openedAtMicros = openedAtMicros;
    }

    boolean isBlank() {
      return tokenIds.isEmpty() && text.length() == 0 && outcome == null;
    }
  }

  private final ResponseWriter out;
  private final String deployment;
  private final int offlineBatchTokens;
  private final long offlineLingerMicros;
  private final IntFunction<byte[]> spelling;
  private final Map<InFlight, Draft> drafts = new LinkedHashMap<>();
  private long incarnation;

  /**
   * @param offlineBatchTokens offline tokens of a request that are sent without waiting for more
   * @param offlineLinger longest that an offline token waits for more while the engine steps
   * @param spelling what a token stands for
   */
  ChunkEmitter(
      ResponseWriter out,
      String deployment,
      int offlineBatchTokens,
      Duration offlineLinger,
      IntFunction<byte[]> spelling) {
    this.out = out;
    this.deployment = deployment;
    this.spelling = spelling;
    this.offlineBatchTokens = offlineBatchTokens;
    this.offlineLingerMicros = TimeUnit.NANOSECONDS.toMicros(offlineLinger.toNanos());
  }

  /** Names this run of the writer in every chunk from now on. */
  void setIncarnation(long incarnation) {
    this.incarnation = incarnation;
  }

  void append(InFlight request, SequenceOutput output, long emittedAtMicros) {
    var draft =
        drafts.computeIfAbsent(request, r -> new Draft(output.firstIndex(), emittedAtMicros));
    for (var token : output.tokenIds()) {
      draft.tokenIds.add(token);
    }
    for (int i = 0; i < output.logprobs().size(); i++) {
      draft.logprobs.add(logprob(output.tokenIds()[i], output.logprobs().get(i)));
    }
    draft.text.append(output.text());
    draft.answer.append(request.answer().fresh());
    draft.emittedAtMicros = emittedAtMicros;
  }

  private TokenLogprob logprob(int token, TokenLogprobs logprobs) {
    var top = new ArrayList<TokenCandidate>();
    for (int i = 0; i < logprobs.topTokenIds().length; i++) {
      top.add(
          TokenCandidate.newBuilder()
              .setTokenId(logprobs.topTokenIds()[i])
              .setToken(ByteBuffer.wrap(spelling.apply(logprobs.topTokenIds()[i])))
              .setLogprob(logprobs.topLogprobs()[i])
              .build());
    }
    return TokenLogprob.newBuilder()
        .setTokenId(token)
        .setToken(ByteBuffer.wrap(spelling.apply(token)))
        .setLogprob(logprobs.chosen())
        .setTop(top)
        .build();
  }

  /** Tells readers to start a stream over, and says again what the state knows of it. */
  void restart(InFlight request) {
    out.chunk(
        request,
        TokenChunk.newBuilder()
            .setRequestId(request.key().requestId())
            .setTenant(request.key().tenant())
            .setKind(ChunkKind.RESET)
            .setIncarnation(incarnation)
            .setDeployment(deployment)
            .build());
    if (!request.tokenIds().isEmpty()) {
      var draft = new Draft(0, 0);
      draft.tokenIds.addAll(request.tokenIds());
      draft.text.append(request.text());
      draft.answer.append(request.answer().deltas());
      out.chunk(request, chunk(request, draft));
    }
  }

  /** Makes the next chunk of the request its last. */
  void finish(InFlight request, Outcome outcome) {
    drafts.computeIfAbsent(request, r -> new Draft(r.tokenIds().size(), 0)).outcome = outcome;
  }

  /** Sends what has no reason to wait. */
  void flush(long nowMicros) {
    send((request, draft) -> isDue(request, draft, nowMicros));
  }

  /** Sends everything. */
  void flushAll() {
    send((request, draft) -> true);
  }

  private void send(BiPredicate<InFlight, Draft> due) {
    var each = drafts.entrySet().iterator();
    while (each.hasNext()) {
      var entry = each.next();
      if (due.test(entry.getKey(), entry.getValue())) {
        each.remove();
        if (!entry.getValue().isBlank()) {
          out.chunk(entry.getKey(), chunk(entry.getKey(), entry.getValue()));
        }
      }
    }
  }

  private boolean isDue(InFlight request, Draft draft, long nowMicros) {
    return request.lane() == Lane.ONLINE
        || draft.outcome != null
        || draft.tokenIds.size() >= offlineBatchTokens
        || nowMicros - draft.openedAtMicros >= offlineLingerMicros;
  }

  private TokenChunk chunk(InFlight request, Draft draft) {
    var textOffset = request.textCodePoints() - draft.text.codePointCount(0, draft.text.length());
    var chunk =
        TokenChunk.newBuilder()
            .setRequestId(request.key().requestId())
            .setTenant(request.key().tenant())
            .setKind(ChunkKind.TOKENS)
            .setIncarnation(incarnation)
            .setFirstIndex(draft.firstIndex)
            .setTokenIds(draft.tokenIds)
            .setLogprobs(draft.logprobs)
            .setText(draft.text.toString())
            .setTextOffset(textOffset)
            .setDeltas(deltas(request, draft))
            .setDeltaOffset(request.answer().size() - draft.answer.size())
            .setReasoningTokens(request.answer().reasoningTokens())
            .setEngineSubmittedAtUs(request.submittedAtMicros())
            .setEngineEmittedAtUs(draft.emittedAtMicros)
            .setDeployment(deployment);
    if (draft.firstIndex == 0 || draft.outcome != null) {
      chunk.setUsage(out.counts(request));
    }
    if (draft.outcome != null) {
      chunk.setFinishReason(draft.outcome.finishReason()).setError(draft.outcome.error());
    }
    return chunk.build();
  }

  /** An answer that is taken apart has deltas in each chunk, if only none. */
  private static List<AnswerDelta> deltas(InFlight request, Draft draft) {
    var deltas = draft.answer.deltas();
    return deltas == null && request.answer().takenApart() ? List.of() : deltas;
  }
}
