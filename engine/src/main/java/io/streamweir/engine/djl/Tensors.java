package io.streamweir.engine.djl;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.streamweir.engine.EngineLoadException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Tensors in native CPU memory that Java reads and writes in place. The memory is PyTorch's, not
 * the JVM's direct memory, and lives as long as the manager.
 */
final class Tensors {
  private static final long LARGEST_BYTES = Integer.MAX_VALUE;

  private Tensors() {}

  static PtNDArray floats(PtNDManager manager, long... shape) {
    return create(manager, new Shape(shape), DataType.FLOAT32);
  }

  static PtNDArray longs(PtNDManager manager, long... shape) {
    return create(manager, new Shape(shape), DataType.INT64);
  }

  /** Floats that are written piece by piece, see {@link TensorWriter}; of any size. */
  static PtNDArray weights(PtNDManager manager, long... shape) {
    return manager.create(new Shape(shape), DataType.FLOAT32);
  }

  private static PtNDArray create(PtNDManager manager, Shape shape, DataType type) {
    long bytes = shape.size() * type.getNumOfBytes();
    if (bytes > LARGEST_BYTES) {
      throw new EngineLoadException(
          "A tensor of shape "
              + shape
              + " takes "
              + bytes
              + " bytes; a buffer of a step may have 2 GiB. Lower maxRunning, maxModelLen or the KV"
              + " cache.");
    }
    return manager.create(shape, type);
  }

  /** The memory of a contiguous tensor made by {@link #floats}. */
  static FloatBuffer alias(PtNDArray floats) {
    return floats.toByteBuffer(true).asFloatBuffer();
  }

  /** The memory of a contiguous tensor made by {@link #longs}. */
  static LongBuffer aliasLongs(PtNDArray longs) {
    return longs.toByteBuffer(true).asLongBuffer();
  }
}
