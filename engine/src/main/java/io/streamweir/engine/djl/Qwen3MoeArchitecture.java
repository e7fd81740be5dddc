package io.streamweir.engine.djl;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.checkpoint.Experts;
import io.streamweir.engine.checkpoint.ModelConfig;

/** Qwen3 with experts: Qwen3's attention, a mixture of feed-forward networks in every layer. */
final class Qwen3MoeArchitecture implements Architecture {
  @Override
  public String name() {
    return "Qwen3MoeForCausalLM";
  }

  @Override
  public String models() {
    return "Qwen3-30B-A3B, Qwen3-235B-A22B, Qwen3-Coder-30B-A3B";
  }

  @Override
  public String remarks() {
    return "as Qwen3; experts in every layer, the best k of softmax";
  }

  @Override
  public DecoderLayer layer(ModelConfig config) {
    Experts experts =
        config
            .experts()
            .orElseThrow(
                () ->
                    new EngineLoadException(
                        "config.json: \"num_experts\" is missing, and "
                            + name()
                            + " has experts. Take the config.json that came with the weights."));
    return DecoderLayer.of(Qwen3Architecture.attention(config), new ExpertFeedForward(experts));
  }
}
