package io.streamweir.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.streamweir.engine.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The weights of a model, matrices in their {@link MatrixForm}, in the order in which {@link
 * StepScript} takes them: embedding, final norm, head, then a list over the layers for each weight
 * of a layer. Read-only, and shared by all replicas of the model in a JVM.
 */
final class ModelWeights implements AutoCloseable {
  private final PtNDManager manager = PyTorch.newManager();
  private final MatrixForm form;
  private final TorchScript script;
  private final List<IValue> arguments = new ArrayList<>();
  private long bytes;

  private ModelWeights(MatrixForm form) {
    this.form = form;
    script =
        TorchScript.compile(manager, form.methods() + PackedProducts.FLOAT32.methods("float_"));
  }

  /**
   * @throws io.streamweir.engine.EngineLoadException naming the tensor that is missing or wrong
   */
  static ModelWeights load(Checkpoint checkpoint, WeightPlan plan, MatrixForm form) {
    plan.check(checkpoint);
    ModelWeights weights = new ModelWeights(form);
    try {
      weights.read(checkpoint, plan);
      return weights;
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  private void read(Checkpoint checkpoint, WeightPlan plan) {
    PtNDArray embedding = readFloats(checkpoint, plan.embedding());
    arguments.add(call("pack_embedding", embedding));
    arguments.add(IValue.from(readFloats(checkpoint, plan.finalNorm())));
    PtNDArray head =
        plan.head().map(separate -> readFloats(checkpoint, separate)).orElse(embedding);
    arguments.add(call("pack_head", head));
    embedding.close();
    head.close();
    bytes = plan.bytes(form);
    List<List<WeightSpec>> layers = plan.layers();
    for (int i = 0; i < layers.get(0).size(); i++) {
      IValue[] overLayers = new IValue[layers.size()];
      for (int layer = 0; layer < overLayers.length; layer++) {
        overLayers[layer] = read(checkpoint, layers.get(layer).get(i));
      }
      arguments.add(IValue.listFrom(overLayers));
      Arrays.asList(overLayers).forEach(IValue::close);
    }
  }

  private IValue read(Checkpoint checkpoint, WeightSpec spec) {
    if (spec.held() == WeightSpec.Held.FLOAT_MATRICES) {
      IValue[] matrices =
          spec.eachMatrix().stream().map(one -> packFloat(checkpoint, one)).toArray(IValue[]::new);
      IValue list = IValue.listFrom(matrices);
      Arrays.asList(matrices).forEach(IValue::close);
      return list;
    }
    try (PtNDArray floats = readFloats(checkpoint, spec)) {
      return spec.matrix() ? call("pack", floats) : IValue.from(floats);
    }
  }

  private IValue packFloat(Checkpoint checkpoint, WeightSpec spec) {
    try (PtNDArray floats = readFloats(checkpoint, spec)) {
      return call("float_pack", floats);
    }
  }

  private IValue call(String method, PtNDArray floats) {
    try (IValue argument = IValue.from(floats)) {
      return script.call(method, argument);
    }
  }

  private PtNDArray readFloats(Checkpoint checkpoint, WeightSpec spec) {
    PtNDArray tensor = Tensors.weights(manager, spec.shape());
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
    script.close();
    manager.close();
  }
}
