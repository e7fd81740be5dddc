package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;
import java.util.List;

/** Llama 2 and 3.x; biases only where {@code attention_bias} and {@code mlp_bias} say so. */
final class LlamaArchitecture implements Architecture {
  @Override
  public String name() {
    return "LlamaForCausalLM";
  }

  @Override
  public List<WeightSpec> layerWeights(ModelConfig config, int layer) {
    return layer(config).weights(config, layer);
  }

  @Override
  public String layerScript(ModelConfig config) {
    return layer(config).script(config);
  }

  private static GatedDecoderLayer layer(ModelConfig config) {
    return new GatedDecoderLayer(config.attentionBias(), config.attentionBias(), config.mlpBias());
  }
}
