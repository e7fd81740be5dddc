package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;
import java.util.List;

/** Qwen2 and Qwen2.5: Llama's layer, always with biases on query, key and value. */
final class Qwen2Architecture implements Architecture {
  private static final GatedDecoderLayer LAYER = new GatedDecoderLayer(true, false, false);

  @Override
  public String name() {
    return "Qwen2ForCausalLM";
  }

  @Override
  public List<WeightSpec> layerWeights(ModelConfig config, int layer) {
    return LAYER.weights(config, layer);
  }

  @Override
  public String layerScript(ModelConfig config) {
    return LAYER.script(config);
  }
}
