package io.streamweir.engine;

/**
 * Why the engine could not go on with a sequence.
 *
 * @param code stable and machine-readable, for example {@code context_length_exceeded}, {@code
 *     engine_numeric_error}
 * @param message what happened, why, what to do
 */
public record EngineError(String code, String message) {}
