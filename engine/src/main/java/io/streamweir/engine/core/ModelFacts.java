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
 * @param reproducible what {@link ReproducibilityCheck} found; null if it was not run
 */
public record ModelFacts(
    String engine,
    int vocabSize,
    int maxModelLen,
    Set<Integer> endTokenIds,
    int kvBlocks,
    Boolean reproducible) {

  /** Not checked for reproducibility. */
  public ModelFacts(
      String engine, int vocabSize, int maxModelLen, Set<Integer> endTokenIds, int kvBlocks) {
    this(engine, vocabSize, maxModelLen, endTokenIds, kvBlocks, null);
  }

  /** The same with what the check found. */
  public ModelFacts withReproducible(boolean found) {
    return new ModelFacts(engine, vocabSize, maxModelLen, endTokenIds, kvBlocks, found);
  }
}
