package io.streamweir.inference.operator;

import io.streamweir.engine.EngineStatistics;

/**
 * How busy a replica is, as of the last event it handled; read by metrics from other threads.
 *
 * @param healthy whether it takes requests, room permitting
 */
record Load(
    boolean healthy,
    int onlineWaiting,
    int offlineWaiting,
    int inFlight,
    boolean onlineOpen,
    boolean offlineOpen,
    EngineStatistics engine) {}
