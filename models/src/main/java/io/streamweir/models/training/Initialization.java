package io.streamweir.models.training;

import io.streamweir.models.checkpoint.ModelShape;
import io.streamweir.models.checkpoint.Qwen2Layout;
import io.streamweir.models.checkpoint.TensorSpec;
import java.util.Random;

/** Weights to start from. */
public final class Initialization {
  private static final double EMBEDDING_DEVIATION = 0.05;

  private Initialization() {}

  /**
   * Matrices are normal with variance 1 / inputs, those that write to the residual stream smaller
   * by sqrt(2 x layers) (GPT-2); biases are 0, norms 1.
   *
   * @return all parameters in the order of {@link Qwen2Layout}
   */
  public static float[] random(ModelShape shape, long seed) {
    Random random = new Random(seed);
    float[] values = new float[Qwen2Layout.size(shape)];
    int next = 0;
    for (TensorSpec tensor : Qwen2Layout.tensors(shape)) {
      double deviation = deviation(tensor, shape);
      float constant = tensor.name().endsWith("norm.weight") ? 1f : 0f;
      for (int i = 0; i < tensor.size(); i++) {
        values[next++] = tensor.isMatrix() ? (float) (random.nextGaussian() * deviation) : constant;
      }
    }
    return values;
  }

  private static double deviation(TensorSpec tensor, ModelShape shape) {
    if (!tensor.isMatrix() || tensor.name().contains("embed")) {
      return EMBEDDING_DEVIATION;
    }
    double deviation = 1 / Math.sqrt(tensor.shape().get(1));
    boolean toResidual = tensor.name().contains("o_proj") || tensor.name().contains("down_proj");
    return toResidual ? deviation / Math.sqrt(2.0 * shape.layers()) : deviation;
  }
}
