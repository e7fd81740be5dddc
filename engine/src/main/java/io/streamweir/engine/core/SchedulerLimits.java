package io.streamweir.engine.core;

import io.streamweir.engine.EngineConfig;

/**
 * The bounds of a step; {@link EngineConfig} documents them.
 *
 * @param maxRunning sequences
 * @param maxStepTokens tokens
 * @param offlineBesideOnline offline sequences while online ones are in flight
 * @param offlineChunkTokens offline prompt tokens while online sequences are in flight
 */
record SchedulerLimits(
    int maxRunning, int maxStepTokens, int offlineBesideOnline, int offlineChunkTokens) {

  static SchedulerLimits of(EngineConfig config) {
    return new SchedulerLimits(
        config.maxRunning(),
        config.maxStepTokens(),
        config.offlineBesideOnline(),
        config.offlineChunkTokens());
  }
}
