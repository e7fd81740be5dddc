package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;

/** Mistral: Llama's layer without biases; where {@code sliding_window} is set, all layers slide. */
final class MistralArchitecture implements Architecture {
  @Override
  public String name() {
    return "MistralForCausalLM";
  }

  @Override
  public String models() {
    return "Mistral 7B, Nemo, Small";
  }

  @Override
  public String remarks() {
    return "sliding window, where there is one, as a mask: its KV blocks are kept to the end";
  }

  @Override
  public DecoderLayer layer(ModelConfig config) {
    return DecoderLayer.of(
            new AttentionPart(false, false, false), new GatedFeedForward(false, false))
        .withSlidingWindow(config.slidingWindow());
  }
}
