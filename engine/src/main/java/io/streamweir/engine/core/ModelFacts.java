package io.streamweir.engine.core;

import java.util.Set;

/**
 * What the batching engine has to know of the model behind a runner.
 *
 * @param engine name of the engine
 * @param vocabSize length of a row of logits; token ids are below it
 * @param maxModelLen longest prompt plus completion, tokens
 * @param endTokenIds tokens by which the model ends a completion
 * @param kvBlocks blocks in the runner's pool
 */
public record ModelFacts(
    String engine, int vocabSize, int maxModelLen, Set<Integer> endTokenIds, int kvBlocks) {}
