package io.streamweir.engine.djl;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.checkpoint.ModelConfig;

/** How many KV blocks a budget of memory makes. */
final class KvCacheSize {
  private static final int LEAST_BLOCKS = 4;

  private KvCacheSize() {}

  /** Keys and values of a block over all layers, float32. */
  static long bytesPerBlock(ModelConfig shape, int blockSize) {
    return 2L * shape.layers() * blockSize * shape.kvHeads() * shape.headDim() * Float.BYTES;
  }

  /**
   * Blocks within the budget, the one for padding not counted; no more than all the sequences that
   * can hold blocks at the same time could use.
   *
   * @throws EngineLoadException if the budget is too small to be of use
   */
  static int blocks(ModelConfig shape, EngineConfig config, int maxModelLen) {
    long perBlock = bytesPerBlock(shape, config.blockSize());
    long affordable = config.kvCacheBytes() / perBlock - 1;
    if (affordable < LEAST_BLOCKS) {
      throw new EngineLoadException(
          "kvCacheBytes is "
              + config.kvCacheBytes()
              + ", a KV block of this model takes "
              + perBlock
              + " bytes ("
              + config.blockSize()
              + " tokens) and one is kept for padding; give at least "
              + (LEAST_BLOCKS + 1) * perBlock
              + ".");
    }
    long perSequence = (maxModelLen + config.blockSize() - 1) / config.blockSize();
    return (int) Math.min(affordable, 2L * config.maxRunning() * perSequence);
  }
}
