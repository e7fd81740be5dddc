package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;

/** Llama 2 and 3.x; biases only where {@code attention_bias} and {@code mlp_bias} say so. */
final class LlamaArchitecture implements Architecture {
  @Override
  public String name() {
    return "LlamaForCausalLM";
  }

  @Override
  public String models() {
    return "Llama 2, 3, 3.1, 3.2, 3.3; DeepSeek-R1-Distill-Llama; Yi; SmolLM; TinyLlama";
  }

  @Override
  public String remarks() {
    return "biases where the configuration says so";
  }

  @Override
  public DecoderLayer layer(ModelConfig config) {
    boolean bias = config.attentionBias();
    return DecoderLayer.of(
        new AttentionPart(bias, bias, false), new GatedFeedForward(config.mlpBias(), false));
  }
}
