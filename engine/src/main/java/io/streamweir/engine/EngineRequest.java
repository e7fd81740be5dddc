package io.streamweir.engine;

/**
 * A sequence to generate.
 *
 * @param sequenceId unique among the sequences in flight
 * @param promptTokenIds the prompt, at least one token
 * @param generatedTokenIds completion tokens released before (after a failure or a move); the
 *     engine prefills prompt and these, and goes on at the next index. Text that these tokens
 *     released is not released again.
 * @param priority higher is sooner within a lane
 * @param deadlineMillis epoch milliseconds at which the sequence ends as {@link
 *     FinishReason#EXPIRED}; {@link Long#MAX_VALUE} for none
 */
public record EngineRequest(
    String sequenceId,
    int[] promptTokenIds,
    int[] generatedTokenIds,
    SamplingParams sampling,
    Lane lane,
    int priority,
    long deadlineMillis) {}
