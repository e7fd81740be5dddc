package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;

/** Qwen3, dense: an RMSNorm on each head of queries and keys before they turn. */
final class Qwen3Architecture implements Architecture {
  @Override
  public String name() {
    return "Qwen3ForCausalLM";
  }

  @Override
  public String models() {
    return "Qwen3 0.6B to 32B; DeepSeek-R1-0528-Qwen3";
  }

  @Override
  public String remarks() {
    return "RMSNorm on the heads of queries and keys";
  }

  @Override
  public DecoderLayer layer(ModelConfig config) {
    return DecoderLayer.of(attention(config), new GatedFeedForward(false, false));
  }

  /** The attention of all models of the third generation. */
  static AttentionPart attention(ModelConfig config) {
    return new AttentionPart(config.attentionBias(), config.attentionBias(), true);
  }
}
