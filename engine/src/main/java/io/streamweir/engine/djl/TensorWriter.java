package io.streamweir.engine.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import io.streamweir.engine.checkpoint.FloatTarget;
import java.nio.FloatBuffer;

/**
 * Fills a contiguous float tensor from its beginning, in place. A buffer of Java spans 2 GiB; the
 * tensor may be larger, so it hands out one for each piece.
 */
final class TensorWriter implements FloatTarget, AutoCloseable {
  private final NDArray flat;
  private long position;

  TensorWriter(PtNDArray tensor) {
    flat = tensor.reshape(new Shape(-1));
  }

  @Override
  public FloatBuffer next(int count) {
    try (NDArray piece = flat.get(new NDIndex().addSliceDim(position, position + count))) {
      position += count;
      // The memory is the tensor's, so it outlives this view of it.
      return Tensors.alias((PtNDArray) piece);
    }
  }

  @Override
  public void close() {
    flat.close();
  }
}
