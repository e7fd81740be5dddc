package io.streamweir.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.streamweir.engine.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights of a model as float tensors, in the order in which {@link StepScript} takes them:
 * embedding, final norm, head, then a list over the layers for each weight of a layer. Read-only,
 * and shared by all replicas of the model in a JVM.
 */
final class ModelWeights implements AutoCloseable {
  private final PtNDManager manager = PyTorch.newManager();
  private final List<IValue> arguments = new ArrayList<>();
  private long bytes;

  private ModelWeights() {}

  /**
   * @throws io.streamweir.engine.EngineLoadException naming the tensor that is missing or wrong
   */
  static ModelWeights load(Checkpoint checkpoint, WeightPlan plan) {
    plan.check(checkpoint);
    ModelWeights weights = new ModelWeights();
    try {
      weights.read(checkpoint, plan);
      return weights;
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  private void read(Checkpoint checkpoint, WeightPlan plan) {
    PtNDArray embedding = read(checkpoint, plan.embedding());
    arguments.add(IValue.from(embedding));
    arguments.add(IValue.from(read(checkpoint, plan.finalNorm())));
    arguments.add(IValue.from(plan.head().map(head -> read(checkpoint, head)).orElse(embedding)));
    List<List<WeightSpec>> layers = plan.layers();
    for (int i = 0; i < layers.get(0).size(); i++) {
      PtNDArray[] overLayers = new PtNDArray[layers.size()];
      for (int layer = 0; layer < overLayers.length; layer++) {
        overLayers[layer] = read(checkpoint, layers.get(layer).get(i));
      }
      arguments.add(IValue.listFrom(overLayers));
    }
  }

  private PtNDArray read(Checkpoint checkpoint, WeightSpec spec) {
    PtNDArray tensor = Tensors.weights(manager, spec.shape());
    bytes += spec.elements() * Float.BYTES;
    try (TensorWriter writer = new TensorWriter(tensor)) {
      for (WeightSpec.Part part : spec.parts()) {
        checkpoint.read(part.tensor(), part.shape(), writer);
      }
    }
    return tensor;
  }

  /** What the tensors take. */
  long bytes() {
    return bytes;
  }

  /** Handles to pass on; they stay with this object. */
  List<IValue> arguments() {
    return arguments;
  }

  @Override
  public void close() {
    arguments.forEach(IValue::close);
    arguments.clear();
    manager.close();
  }
}
