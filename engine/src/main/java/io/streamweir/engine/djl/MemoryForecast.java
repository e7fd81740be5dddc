package io.streamweir.engine.djl;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.checkpoint.Experts;
import io.streamweir.engine.checkpoint.ModelConfig;
import java.util.Locale;

/**
 * What a model will take outside the Java heap, known before any weight is read. Weights (but for
 * the padding of packed ones) and KV cache are exact; the step is an estimate of its buffers and
 * largest intermediate results, with contexts that share the KV cache evenly.
 *
 * @param maxModelLen longest prompt plus completion, tokens
 * @param kvBlocks blocks of the KV cache, the one for padding not counted
 */
record MemoryForecast(
    ModelConfig shape, WeightPlan weights, EngineConfig limits, int maxModelLen, int kvBlocks) {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

  /**
   * @throws EngineLoadException if the KV cache would be too small to be of use
   */
  static MemoryForecast of(ModelConfig shape, WeightPlan weights, EngineConfig limits) {
    int wanted = limits.maxModelLen() == 0 ? shape.maxPositions() : limits.maxModelLen();
    int maxModelLen = Math.min(wanted, shape.maxPositions());
    int kvBlocks = KvCacheSize.blocks(shape, limits, maxModelLen);
    return new MemoryForecast(shape, weights, limits, maxModelLen, kvBlocks);
  }

  long weightBytes() {
    return weights.bytes(form());
  }

  /** What the matrices will be held in. */
  MatrixForm form() {
    return MatrixForm.of(limits.dtype(), weights);
  }

  /** What the largest matrix takes as floats while it is brought into its form. */
  private long loadingBytes() {
    return form().isPlain() ? 0 : weights.headOrEmbedding().elements() * Float.BYTES;
  }

  long kvBytes() {
    return (kvBlocks + 1L) * KvCacheSize.bytesPerBlock(shape, limits.blockSize());
  }

  long stepBytes() {
    long positions = Math.min(maxModelLen, (long) kvBlocks * limits.blockSize());
    long tokens = limits.maxStepTokens();
    long queryWidth = (long) shape.heads() * shape.headDim();
    long keyWidth = (long) shape.kvHeads() * shape.headDim();
    long logits = (long) limits.maxRunning() * shape.vocabSize();
    long rotary = 2 * positions * shape.headDim();
    long stream =
        tokens * (6L * shape.hiddenSize() + 3 * (queryWidth + 2 * keyWidth) + 4 * innerWidth());
    long mask = 2 * tokens * positions;
    long repeatedKeys = 2 * positions * queryWidth;
    return (logits + rotary + stream + mask + repeatedKeys) * Float.BYTES
        + kvBytes() / shape.layers();
  }

  /** What a token has between the maps of the feed-forward network. */
  private long innerWidth() {
    return shape
        .experts()
        .map((Experts e) -> (long) e.perToken() * (e.innerSize() + shape.hiddenSize()))
        .orElse((long) shape.intermediateSize());
  }

  /**
   * @param availableBytes what may still be taken
   * @throws EngineLoadException if weights, KV cache and step do not fit into it
   */
  void requireRoomForAll(long availableBytes) {
    long replica = Math.max(kvBytes() + stepBytes(), loadingBytes());
    require(weightBytes() + replica, availableBytes, weightsText() + ", ");
  }

  /** The same for a replica that shares weights which are loaded already. */
  void requireRoomForReplica(long availableBytes) {
    require(kvBytes() + stepBytes(), availableBytes, "");
  }

  private void require(long bytes, long availableBytes, String weightsText) {
    if (bytes > availableBytes) {
      throw new EngineLoadException(
          "The model "
              + limits.modelDirectory()
              + " needs "
              + text(bytes)
              + " of memory outside the Java heap: "
              + weightsText
              + kvText()
              + ", "
              + text(stepBytes())
              + " for a step of "
              + limits.maxStepTokens()
              + " tokens. "
              + text(availableBytes)
              + " are available here (MemAvailable of /proc/meminfo, and the limit of the control"
              + " group). Lower kvCacheBytes, maxModelLen or maxStepTokens, take a smaller model,"
              + " or give the machine or container more memory.");
    }
  }

  private String weightsText() {
    return text(weightBytes())
        + " for "
        + String.format(Locale.ROOT, "%,d", weights.parameters())
        + " weights in "
        + form().name().toLowerCase(Locale.ROOT);
  }

  private String kvText() {
    return text(kvBytes())
        + " for a KV cache of "
        + (long) kvBlocks * limits.blockSize()
        + " tokens (each 2 x "
        + shape.layers()
        + " layers x "
        + shape.kvHeads()
        + " key/value heads x "
        + shape.headDim()
        + " channels x "
        + Float.BYTES
        + " bytes)";
  }

  /** For people: a number with three digits or so, and its unit. */
  static String text(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
