package io.streamweir.engine;

/**
 * The state of an engine after a step; counters run since its start.
 *
 * @param onlineWaiting online sequences not yet in a step
 * @param offlineWaiting offline sequences not yet in a step, preempted ones included
 * @param running sequences that hold KV blocks
 * @param offlineRoom how many further offline sequences the engine would take into its steps now;
 *     what was submitted since the last step is already subtracted
 * @param kvBlocksUsed blocks in use
 * @param kvBlocksTotal blocks there are
 * @param steps steps done
 * @param generatedTokens completion tokens produced
 * @param preemptions sequences that lost their blocks and were put back
 * @param lastStepMicros duration of the last step
 */
public record EngineStatistics(
    int onlineWaiting,
    int offlineWaiting,
    int running,
    int offlineRoom,
    int kvBlocksUsed,
    int kvBlocksTotal,
    long steps,
    long generatedTokens,
    long preemptions,
    long lastStepMicros) {}
