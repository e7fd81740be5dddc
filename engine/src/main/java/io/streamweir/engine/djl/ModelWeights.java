package io.streamweir.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.streamweir.engine.checkpoint.Checkpoint;
import io.streamweir.engine.checkpoint.ModelConfig;
import java.nio.FloatBuffer;
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

  private ModelWeights() {}

  /**
   * @throws io.streamweir.engine.EngineLoadException naming the tensor that is missing or wrong
   */
  static ModelWeights load(Checkpoint checkpoint, Architecture architecture, ModelConfig config) {
    ModelWeights weights = new ModelWeights();
    try {
      weights.read(checkpoint, architecture, config);
      return weights;
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  private void read(Checkpoint checkpoint, Architecture architecture, ModelConfig config) {
    long vocab = config.vocabSize();
    long hidden = config.hiddenSize();
    PtNDArray embedding =
        read(checkpoint, WeightSpec.of("embedding", "model.embed_tokens.weight", vocab, hidden));
    arguments.add(IValue.from(embedding));
    arguments.add(
        IValue.from(read(checkpoint, WeightSpec.of("norm", "model.norm.weight", hidden))));
    arguments.add(
        IValue.from(
            config.tiedEmbeddings()
                ? embedding
                : read(checkpoint, WeightSpec.of("head", "lm_head.weight", vocab, hidden))));
    List<List<WeightSpec>> layers = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      layers.add(architecture.layerWeights(config, layer));
    }
    for (int i = 0; i < layers.get(0).size(); i++) {
      PtNDArray[] overLayers = new PtNDArray[layers.size()];
      for (int layer = 0; layer < overLayers.length; layer++) {
        overLayers[layer] = read(checkpoint, layers.get(layer).get(i));
      }
      arguments.add(IValue.listFrom(overLayers));
    }
  }

  private PtNDArray read(Checkpoint checkpoint, WeightSpec spec) {
    PtNDArray tensor = Tensors.floats(manager, spec.shape());
    FloatBuffer memory = Tensors.alias(tensor);
    for (WeightSpec.Part part : spec.parts()) {
      checkpoint.read(part.tensor(), part.shape(), memory);
    }
    return tensor;
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
