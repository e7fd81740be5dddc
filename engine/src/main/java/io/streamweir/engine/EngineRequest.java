package io.streamweir.engine;

import java.util.function.Consumer;

/**
 * A sequence to generate.
 *
 * @param sequenceId unique among the sequences in flight
 * @param promptTokenIds the prompt, at least one token
 * @param generatedTokenIds completion tokens released before (after a failure or a move); the
 *     engine prefills prompt and these, and goes on at the next index. Text that these tokens
 *     released is not released again.
 * @param priority higher is sooner within a lane; a level outweighs a minute of waiting
 * @param deadlineMillis epoch milliseconds at which the sequence ends as {@link
 *     FinishReason#EXPIRED}; {@link Long#MAX_VALUE} for none
 * @param slo the latency it should have
 * @param cacheSalt sequences share KV blocks only with those of the same salt; empty for the common
 *     one
 * @param mask restricts the tokens; null for none
 * @param share of the tenant whose it is, among those who wait
 * @param reading how the answer is taken apart; null if it is text
 */
public record EngineRequest(
    String sequenceId,
    int[] promptTokenIds,
    int[] generatedTokenIds,
    SamplingParams sampling,
    Lane lane,
    int priority,
    long deadlineMillis,
    LatencySlo slo,
    String cacheSalt,
    TokenMask.Factory mask,
    TenantShare share,
    ReadingParams reading) {

  /** Of the common tenant, with no latency objective, the common salt and no mask; text. */
  public EngineRequest(
      String sequenceId,
      int[] promptTokenIds,
      int[] generatedTokenIds,
      SamplingParams sampling,
      Lane lane,
      int priority,
      long deadlineMillis) {
    this(
        sequenceId,
        promptTokenIds,
        generatedTokenIds,
        sampling,
        lane,
        priority,
        deadlineMillis,
        LatencySlo.NONE,
        "",
        null,
        TenantShare.COMMON,
        null);
  }

  /** The same with a latency objective. */
  public EngineRequest withSlo(LatencySlo slo) {
    return changed(draft -> draft.slo = slo);
  }

  /** The same, sharing KV blocks only with sequences of this salt. */
  public EngineRequest withCacheSalt(String cacheSalt) {
    return changed(draft -> draft.cacheSalt = cacheSalt);
  }

  /** The same with a mask. */
  public EngineRequest withMask(TokenMask.Factory mask) {
    return changed(draft -> draft.mask = mask);
  }

  /** The same of a tenant. */
  public EngineRequest withShare(TenantShare share) {
    return changed(draft -> draft.share = share);
  }

  /** The same, its answer taken apart. */
  public EngineRequest withReading(ReadingParams reading) {
    return changed(draft -> draft.reading = reading);
  }

  /** What can be changed. */
  private static final class Draft {
    private LatencySlo slo;
    private String cacheSalt;
    private TokenMask.Factory mask;
    private TenantShare share;
    private ReadingParams reading;
  }

  private EngineRequest changed(Consumer<Draft> change) {
    var draft = new Draft();
    draft.slo = slo;
    draft.cacheSalt = cacheSalt;
    draft.mask = mask;
    draft.share = share;
    draft.reading = reading;
    change.accept(draft);
    return new EngineRequest(
        sequenceId,
        promptTokenIds,
        generatedTokenIds,
        sampling,
        lane,
        priority,
        deadlineMillis,
        draft.slo,
        draft.cacheSalt,
        draft.mask,
        draft.share,
        draft.reading);
  }
}
