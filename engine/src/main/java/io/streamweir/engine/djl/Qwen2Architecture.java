package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;

/** Qwen2 and Qwen2.5: Llama's layer, always with biases on query, key and value. */
final class Qwen2Architecture implements Architecture {
  @Override
  public String name() {
    return "Qwen2ForCausalLM";
  }

  @Override
  public String models() {
    return "Qwen2; Qwen2.5, also Coder and Math; QwQ; DeepSeek-R1-Distill-Qwen";
  }

  @Override
  public String remarks() {
    return "biases on query, key and value";
  }

  @Override
  public DecoderLayer layer(ModelConfig config) {
    return DecoderLayer.of(
        new AttentionPart(true, false, false), new GatedFeedForward(false, false));
  }
}
