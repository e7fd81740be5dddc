package io.streamweir.engine.djl;

import io.streamweir.engine.Dtype;
import io.streamweir.engine.checkpoint.ModelConfig;
import java.util.Set;

/**
 * How the matrices of linear maps are held, and the TorchScript to multiply with them: {@code pack}
 * makes of floats [out, in] what is held, and {@code pack_head} of those of the head; {@code
 * product} multiplies rows [n, in] with it; {@code fine_product} does so where activations have
 * outliers; {@code logits} multiplies into a buffer.
 */
enum MatrixForm {
  FLOAT32(Float.BYTES, 0) {
    @Override
    String methods() {
      return PackedProducts.FLOAT32.methods();
    }

    @Override
    int rowMultiple() {
      return PackedProducts.FLOAT32.rowMultiple();
    }
  },

  BFLOAT16(Short.BYTES, 0) {
    @Override
    String methods() {
      return PackedProducts.BFLOAT16.methods();
    }

    @Override
    int rowMultiple() {
      return PackedProducts.BFLOAT16.rowMultiple();
    }
  },

  /** A scale of four bytes and a zero point of eight for each row. */
  INT8(Byte.BYTES, 12) {
    @Override
    String methods() {
      return ByteProducts.methods(CpuFeatures.here());
    }

    @Override
    String type() {
      return ByteProducts.type(CpuFeatures.here());
    }

    @Override
    int rowMultiple() {
      return 1;
    }

    @Override
    int copies() {
      return ByteProducts.twice(CpuFeatures.here()) ? 2 : 1;
    }
  };

  /** As float32 these are 400 MB, more than a cache. */
  private static final long LEAST_FOR_INT8 = 100_000_000;

  private final int elementBytes;
  private final int rowBytes;

  MatrixForm(int elementBytes, int rowBytes) {
    this.elementBytes = elementBytes;
    this.rowBytes = rowBytes;
  }

  /** The form of a dtype for a model on this processor. */
  static MatrixForm of(Dtype dtype, WeightPlan plan) {
    return of(dtype, plan.matrixElements(), CpuFeatures.here());
  }

  /**
   * The form of a dtype. {@link Dtype#AUTO} is int8 where that is known to be the fastest: for
   * matrices that no cache holds, on a processor that adds products of bytes exactly. A function of
   * model and processor alone, so that a restart gives the same tokens.
   *
   * @param matrixElements of the model
   * @param cpuFlags see {@link CpuFeatures}
   */
  static MatrixForm of(Dtype dtype, long matrixElements, Set<String> cpuFlags) {
    return switch (dtype) {
      case AUTO ->
          matrixElements >= LEAST_FOR_INT8 && CpuFeatures.addsBytesExactly(cpuFlags)
              ? INT8
              : FLOAT32;
      case FLOAT32 -> FLOAT32;
      case BFLOAT16 -> BFLOAT16;
      case INT8 -> INT8;
    };
  }

  Dtype dtype() {
    return Dtype.valueOf(name());
  }

  /** The TorchScript type of a matrix. */
  String type() {
    return "List[Tensor]";
  }

  /** Whether a matrix is the tensor that was read, and takes no memory beside it. */
  boolean isPlain() {
    return this == FLOAT32 && !PackedProducts.FLOAT32.keepBits();
  }

  /** TorchScript methods, see the class. */
  abstract String methods();

  /** A row has the same bits among any multiple of so many. */
  abstract int rowMultiple();

  /**
   * The rows of a step are filled up to a multiple of this, so that their bits hold. Experts and
   * their router are float32 in every form.
   */
  int rowMultiple(ModelConfig config) {
    int experts = config.experts().isPresent() ? PackedProducts.FLOAT32.rowMultiple() : 1;
    return Math.max(experts, rowMultiple());
  }

  /** How often a matrix is held, the head's aside. */
  int copies() {
    return 1;
  }

  /** What a matrix takes. */
  long matrixBytes(long rows, long columns) {
    return copies() * rows * columns * elementBytes + rows * rowBytes;
  }

  /** What the matrix of the head takes. */
  long headBytes(long rows, long columns) {
    return rows * columns * elementBytes + rows * rowBytes;
  }

  /** What the embedding takes, beside the head. */
  long embeddingBytes(long elements) {
    return elements * (this == FLOAT32 ? Float.BYTES : Short.BYTES);
  }
}
