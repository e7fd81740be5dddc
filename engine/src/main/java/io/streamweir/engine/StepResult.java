package io.streamweir.engine;

import java.util.List;

/**
 * What one engine step produced.
 *
 * @param outputs one entry per sequence that got tokens or ended, in no particular order
 * @param statistics the engine as it stands after the step
 * @param finishedAtMicros wall clock at the end of the step, epoch microseconds
 */
public record StepResult(
    List<SequenceOutput> outputs, EngineStatistics statistics, long finishedAtMicros) {}
