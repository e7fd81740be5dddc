package io.streamweir.engine;

/**
 * What an engine and the model it has loaded can do.
 *
 * @param engine name of the engine, as {@link EngineProvider#name()} gives it
 * @param maxModelLen longest prompt plus completion, tokens
 * @param maxRunning most sequences in one step
 * @param resumes whether it honours {@link EngineRequest#generatedTokenIds()} exactly
 */
public record EngineCapabilities(String engine, int maxModelLen, int maxRunning, boolean resumes) {}
