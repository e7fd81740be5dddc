package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;
import java.util.List;

/** Attention or feed-forward network of a layer: its weights and its TorchScript. */
interface LayerPart {

  /**
   * @param prefix how the names of the layer's tensors begin, with a dot at the end
   */
  List<WeightSpec> weights(ModelConfig config, String prefix);

  /**
   * Lines that compute {@code y} [tokens, hidden] from {@code h} of the same shape, with the
   * weights by name.
   */
  String script(ModelConfig config);
}
