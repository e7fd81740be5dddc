package io.streamweir.engine;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;

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
 * @param offlineBesideOnline most offline sequences in a step while online ones are there; 0 gives
 *     the engine to the online lane alone whenever it has work, save for {@link
 *     EnginePolicy#agingMillis()}
 * @param offlineChunkTokens most offline prompt tokens in a step while online sequences are there,
 *     which bounds how long such a step keeps an arriving online request waiting
 * @param policy how the engine shares itself among its sequences
 * @param dtype what the matrices are held and multiplied in
 */
public record EngineConfig(
    Path modelDirectory,
    String device,
    int threads,
    int maxModelLen,
    int maxRunning,
    int maxStepTokens,
    long kvCacheBytes,
    int blockSize,
    int offlineBesideOnline,
    int offlineChunkTokens,
    EnginePolicy policy,
    Dtype dtype) {

  public EngineConfig {
    Objects.requireNonNull(modelDirectory, "modelDirectory is null");
    Objects.requireNonNull(device, "device is null");
    Objects.requireNonNull(policy, "policy is null");
    Objects.requireNonNull(dtype, "dtype is null");
    requireAtLeast(threads, 1, "threads");
    requireAtLeast(maxModelLen, 0, "maxModelLen");
    requireAtLeast(maxRunning, 1, "maxRunning");
    requireAtLeast(maxStepTokens, 1, "maxStepTokens");
    requireAtLeast(kvCacheBytes, 1, "kvCacheBytes");
    requireAtLeast(blockSize, 1, "blockSize");
    requireAtLeast(offlineBesideOnline, 0, "offlineBesideOnline");
    requireAtLeast(offlineChunkTokens, 1, "offlineChunkTokens");
  }

  /** With the default policy and dtype. */
  public EngineConfig(
      Path modelDirectory,
      String device,
      int threads,
      int maxModelLen,
      int maxRunning,
      int maxStepTokens,
      long kvCacheBytes,
      int blockSize,
      int offlineBesideOnline,
      int offlineChunkTokens) {
    this(
        modelDirectory,
        device,
        threads,
        maxModelLen,
        maxRunning,
        maxStepTokens,
        kvCacheBytes,
        blockSize,
        offlineBesideOnline,
        offlineChunkTokens,
        EnginePolicy.defaults(),
        Dtype.AUTO);
  }

  /** The defaults for a small model on a CPU. */
  public static EngineConfig forCpu(Path modelDirectory, int threads) {
    return new EngineConfig(modelDirectory, "cpu", threads, 0, 32, 512, 256L << 20, 16, 16, 128);
  }

  /** The same with other bounds on the context and on a step. */
  public EngineConfig withLimits(int maxModelLen, int maxRunning, int maxStepTokens) {
    return changed(
        draft -> {
          draft.maxModelLen = maxModelLen;
          draft.maxRunning = maxRunning;
          draft.maxStepTokens = maxStepTokens;
        });
  }

  /** The same with another KV cache. */
  public EngineConfig withKvCache(long kvCacheBytes, int blockSize) {
    return changed(
        draft -> {
          draft.kvCacheBytes = kvCacheBytes;
          draft.blockSize = blockSize;
        });
  }

  /** The same with another share of a step for the offline lane beside the online one. */
  public EngineConfig withOfflineShare(int offlineBesideOnline, int offlineChunkTokens) {
    return changed(
        draft -> {
          draft.offlineBesideOnline = offlineBesideOnline;
          draft.offlineChunkTokens = offlineChunkTokens;
        });
  }

  /** The same with another policy. */
  public EngineConfig withPolicy(EnginePolicy policy) {
    return changed(draft -> draft.policy = policy);
  }

  /** The same in another dtype. */
  public EngineConfig withDtype(Dtype dtype) {
    return changed(draft -> draft.dtype = dtype);
  }

  /** What can be changed. */
  private static final class Draft {
    private int maxModelLen;
    private int maxRunning;
    private int maxStepTokens;
    private long kvCacheBytes;
    private int blockSize;
    private int offlineBesideOnline;
    private int offlineChunkTokens;
    private EnginePolicy policy;
    private Dtype dtype;
  }

  private EngineConfig changed(Consumer<Draft> change) {
    var draft = new Draft();
    draft.maxModelLen = maxModelLen;
    draft.maxRunning = maxRunning;
    draft.maxStepTokens = maxStepTokens;
    draft.kvCacheBytes = kvCacheBytes;
    draft.blockSize = blockSize;
    draft.offlineBesideOnline = offlineBesideOnline;
    draft.offlineChunkTokens = offlineChunkTokens;
    draft.policy = policy;
    draft.dtype = dtype;
    change.accept(draft);
    return new EngineConfig(
        modelDirectory,
        device,
        threads,
        draft.maxModelLen,
        draft.maxRunning,
        draft.maxStepTokens,
        draft.kvCacheBytes,
        draft.blockSize,
        draft.offlineBesideOnline,
        draft.offlineChunkTokens,
        draft.policy,
        draft.dtype);
  }

  private static void requireAtLeast(long value, long least, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", must be at least " + least);
    }
  }
}
