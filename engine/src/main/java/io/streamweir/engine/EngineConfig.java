package io.streamweir.engine;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What an engine is loaded with.
 *
 * @param modelDirectory Hugging Face layout
 * @param device {@code cpu} or {@code cuda:N}
 * @param threads compute threads of this replica; at least 1
 * @param maxModelLen longest prompt plus completion in tokens; 0 for the model's own
 * @param maxRunning most sequences in one step
 * @param maxStepTokens most prompt and completion tokens in one step
 * @param kvCacheBytes memory for KV blocks
 * @param blockSize tokens per KV block
 */
public record EngineConfig(
    Path modelDirectory,
    String device,
    int threads,
    int maxModelLen,
    int maxRunning,
    int maxStepTokens,
    long kvCacheBytes,
    int blockSize) {

  public EngineConfig {
    Objects.requireNonNull(modelDirectory, "modelDirectory is null");
    Objects.requireNonNull(device, "device is null");
    requireAtLeast(threads, 1, "threads");
    requireAtLeast(maxModelLen, 0, "maxModelLen");
    requireAtLeast(maxRunning, 1, "maxRunning");
    requireAtLeast(maxStepTokens, 1, "maxStepTokens");
    requireAtLeast(kvCacheBytes, 1, "kvCacheBytes");
    requireAtLeast(blockSize, 1, "blockSize");
  }

  /** The defaults for a small model on a CPU. */
  public static EngineConfig forCpu(Path modelDirectory, int threads) {
    return new EngineConfig(modelDirectory, "cpu", threads, 0, 32, 512, 256L << 20, 16);
  }

  private static void requireAtLeast(long value, long least, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", must be at least " + least);
    }
  }
}
