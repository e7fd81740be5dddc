package io.streamweir.engine.core;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EnginePolicy;

/**
 * The bounds of a step; {@link EngineConfig} and {@link EnginePolicy} document them.
 *
 * @param maxRunning sequences
 * @param maxStepTokens tokens
 * @param offlineBesideOnline offline sequences while online ones are in flight
 * @param offlineChunkTokens offline prompt tokens while online sequences are in flight
 * @param stepBudgetMicros predicted duration beside online sequences that set no bound themselves
 * @param offlineStepBudgetMicros predicted duration without online sequences
 * @param onlineKvReserve share of the blocks that offline sequences are not let into
 * @param agingMillis after which an offline sequence is promoted; 0 for never
 */
record SchedulerLimits(
    int maxRunning,
    int maxStepTokens,
    int offlineBesideOnline,
    int offlineChunkTokens,
    long stepBudgetMicros,
    long offlineStepBudgetMicros,
    double onlineKvReserve,
    long agingMillis) {
  private static final int LEAST_CHUNKS = 8;
  private static final int MOST_UNPREDICTED_TOKENS = 64;
  private static final long LEAST_PATIENCE_MICROS = 50_000;

  /** Without bounds on duration, reserve and aging. */
  SchedulerLimits(
      int maxRunning, int maxStepTokens, int offlineBesideOnline, int offlineChunkTokens) {
    this(
        maxRunning,
        maxStepTokens,
        offlineBesideOnline,
        offlineChunkTokens,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        0,
        0);
  }

  static SchedulerLimits of(EngineConfig config) {
    EnginePolicy policy = config.policy();
    return new SchedulerLimits(
        config.maxRunning(),
        config.maxStepTokens(),
        config.offlineBesideOnline(),
        config.offlineChunkTokens(),
        unlessZero(policy.stepBudgetMillis()),
        unlessZero(policy.offlineStepBudgetMillis()),
        policy.onlineKvReserve(),
        policy.agingMillis());
  }

  private static long unlessZero(long millis) {
    return millis == 0 ? Long.MAX_VALUE : millis * 1000;
  }

  /** The shortest time between tokens that a request can ask of a step, microseconds. */
  long leastPatienceMicros() {
    return Math.min(LEAST_PATIENCE_MICROS, stepBudgetMicros / 4);
  }

  /**
   * Prompt tokens that go into a step while nobody can predict how long it takes: few if there is a
   * bound on that, as the first steps of a large model would exceed it many times.
   */
  int unpredictedTokens() {
    boolean bounded = Math.min(stepBudgetMicros, offlineStepBudgetMicros) < Long.MAX_VALUE;
    return bounded ? Math.min(maxStepTokens, MOST_UNPREDICTED_TOKENS) : maxStepTokens;
  }

  /** Prompt tokens that go into a step however long it is without them. */
  int leastChunkTokens() {
    return Math.max(1, maxStepTokens / LEAST_CHUNKS);
  }
}
