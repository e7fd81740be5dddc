package io.streamweir.engine.checkpoint;

import io.streamweir.engine.EngineLoadException;
import java.util.Optional;

/**
 * The experts of a mixture-of-experts model, of which each layer has its own.
 *
 * @param count experts of a layer
 * @param perToken how many of them a token is given to
 * @param innerSize width of an expert
 * @param normalized whether the weights of the chosen ones are scaled to a sum of 1
 */
public record Experts(int count, int perToken, int innerSize, boolean normalized) {

  /**
   * @return empty if the configuration has no {@code num_experts}
   * @throws EngineLoadException naming the value that is wrong or not supported
   */
  static Optional<Experts> read(JsonFile json) {
    if (!json.has("num_experts")) {
      return Optional.empty();
    }
    int count = json.requirePositive("num_experts");
    int perToken = json.requirePositive("num_experts_per_tok");
    if (perToken > count) {
      throw json.invalid("num_experts_per_tok", "at most num_experts (" + count + ")");
    }
    if (json.positive("decoder_sparse_step", 1) != 1) {
      throw json.invalid("decoder_sparse_step", "1; this engine takes experts in every layer");
    }
    if (!json.node("mlp_only_layers").isEmpty()) {
      throw json.invalid("mlp_only_layers", "empty; this engine takes experts in every layer");
    }
    return Optional.of(
        new Experts(
            count,
            perToken,
            json.requirePositive("moe_intermediate_size"),
            json.flag("norm_topk_prob", false)));
  }
}
