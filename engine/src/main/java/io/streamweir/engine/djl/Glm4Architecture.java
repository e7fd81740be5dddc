package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;

/** GLM-4 of 2025: {@link GlmArchitecture} with norms behind attention and feed-forward network. */
final class Glm4Architecture implements Architecture {
  private static final Architecture BASE = new GlmArchitecture();

  @Override
  public String name() {
    return "Glm4ForCausalLM";
  }

  @Override
  public String models() {
    return "GLM-4-0414 9B and 32B, GLM-Z1";
  }

  @Override
  public String remarks() {
    return "as GLM-4-9B, with norms behind attention and feed-forward network";
  }

  @Override
  public DecoderLayer layer(ModelConfig config) {
    return BASE.layer(config).withPostNorms("post_self_attn_layernorm", "post_mlp_layernorm");
  }
}
