package io.streamweir.models.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.streamweir.models.checkpoint.ModelShape;
import io.streamweir.models.checkpoint.Qwen2Layout;
import io.streamweir.models.checkpoint.TensorSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * A Qwen2 decoder in PyTorch, in float: weights, optimizer state and the script that works on them.
 * Not thread-safe; native memory is freed by {@link #close}.
 */
public final class Qwen2Script implements AutoCloseable {
  private final PtNDManager manager;
  private final PtSymbolBlock script;
  private final Hyperparameters hyper;
  private final NDArray weights;
  private final NDArray firstMoment;
  private final NDArray secondMoment;
  private final NDArray decayed;
  private int step;

  /**
   * Loads the script and the weights.
   *
   * @param values all parameters in the order of {@link Qwen2Layout}
   */
  public Qwen2Script(ModelShape shape, Hyperparameters hyper, float[] values) {
    System.setProperty("ai.djl.offline", "true");
    this.hyper = hyper;
    this.manager = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager();
    JniUtils.setGraphExecutorOptimize(false);
    byte[] archive = TorchScriptArchive.of(TrainingScript.of(shape, hyper));
    this.script = loadScript(archive);
    this.weights = manager.create(values);
    this.weights.setRequiresGradient(true);
    this.firstMoment = manager.zeros(weights.getShape());
    this.secondMoment = manager.zeros(weights.getShape());
    this.decayed = manager.create(decayMask(shape));
  }

  private PtSymbolBlock loadScript(byte[] archive) {
    try {
      return JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException("PyTorch rejects the generated script", e);
    }
  }

  private static float[] decayMask(ModelShape shape) {
    float[] mask = new float[Qwen2Layout.size(shape)];
    int start = 0;
    for (TensorSpec tensor : Qwen2Layout.tensors(shape)) {
      Arrays.fill(mask, start, start + tensor.size(), tensor.isMatrix() ? 1f : 0f);
      start += tensor.size();
    }
    return mask;
  }

  /** Seeds dropout. */
  public static void seed(int seed) {
    Engine.getEngine("PyTorch").setRandomSeed(seed);
  }

  /** One optimizer step; returns the loss before it and the length of the gradient. */
  Progress train(Batch batch) {
    double rate = hyper.learningRate(step++);
    float[] rates = {
      (float) (rate / (1 - Math.pow(hyper.beta1(), step))),
      (float) (1 / Math.sqrt(1 - Math.pow(hyper.beta2(), step))),
      (float) (rate * hyper.weightDecay())
    };
    JniUtils.setGradMode(true);
    try (NDManager scope = manager.newSubManager()) {
      NDList inputs =
          new NDList(
              weights,
              firstMoment,
              secondMoment,
              decayed,
              scope.create(rates),
              scope.create(batch.ids(), new Shape(batch.rows(), batch.width())),
              scope.create(batch.positions()),
              scope.create(batch.targets()),
              scope.create(batch.importance()));
      try (NDList outputs = IValueUtils.forward(script, inputs, true)) {
        float[] values = outputs.singletonOrThrow().toFloatArray();
        return new Progress(values[0], values[1]);
      }
    }
  }

  /** Loss and Euclidean norm of the gradient in a step. */
  record Progress(float loss, float gradientNorm) {}

  /**
   * Scores of the next token.
   *
   * @param ids [rows x width] tokens, row-major, padded on the right
   * @param positions flat indices into {@code ids}
   * @return the token with the highest score after each position
   */
  long[] nextTokens(long[] ids, int width, long[] positions) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray input = scope.create(ids, new Shape(ids.length / width, width));
      NDArray rows = scope.create(positions);
      try (IValue w = IValue.from((PtNDArray) weights);
          IValue i = IValue.from((PtNDArray) input);
          IValue r = IValue.from((PtNDArray) rows);
          IValue result = IValueUtils.runMethod(script, "logits", w, i, r)) {
        NDArray logits = result.toTensor((PtNDManager) scope);
        return logits.argMax(1).toLongArray();
      }
    }
  }

  /** A copy of all parameters in the order of {@link Qwen2Layout}. */
  public float[] weights() {
    return weights.toFloatArray();
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
