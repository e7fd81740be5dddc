package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;

/** GLM-4 of 2024: neighbouring channels turn, as many as {@code partial_rotary_factor} says. */
final class GlmArchitecture implements Architecture {
  @Override
  public String name() {
    return "GlmForCausalLM";
  }

  @Override
  public String models() {
    return "GLM-4-9B (the -hf checkpoints), GLM-Edge";
  }

  @Override
  public String remarks() {
    return "partial rotary of neighbouring channels, gate and up in one tensor";
  }

  @Override
  public DecoderLayer layer(ModelConfig config) {
    return DecoderLayer.of(
            new AttentionPart(config.attentionBias(), false, false),
            new GatedFeedForward(false, true))
        .withRotation(Rotation.NEIGHBOURS);
  }
}
