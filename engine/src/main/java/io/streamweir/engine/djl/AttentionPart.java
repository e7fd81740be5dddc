package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.engine.djl.WeightSpec.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The linear maps around attention with grouped queries; attention itself is {@link StepScript}'s.
 *
 * @param qkvBias whether the query, key and value maps have a bias
 * @param outputBias whether the output map has one
 * @param headNorms whether queries and keys go through an RMSNorm per head (Qwen3)
 */
record AttentionPart(boolean qkvBias, boolean outputBias, boolean headNorms) implements LayerPart {

  @Override
  public List<WeightSpec> weights(ModelConfig config, String layerPrefix) {
    String prefix = layerPrefix + "self_attn.";
    long hidden = config.hiddenSize();
    long queries = (long) config.heads() * config.headDim();
    long keys = (long) config.kvHeads() * config.headDim();
    List<WeightSpec> weights = new ArrayList<>();
    weights.add(
        WeightSpec.stacked(
            "qkv",
            new Part(prefix + "q_proj.weight", queries, hidden),
            new Part(prefix + "k_proj.weight", keys, hidden),
            new Part(prefix + "v_proj.weight", keys, hidden)));
    if (qkvBias) {
      weights.add(
          WeightSpec.stacked(
              "qkv_bias",
              new Part(prefix + "q_proj.bias", queries),
              new Part(prefix + "k_proj.bias", keys),
              new Part(prefix + "v_proj.bias", keys)));
    }
    if (headNorms) {
      weights.add(WeightSpec.floats("head_norms", headNormParts(config, prefix)));
    }
    weights.add(WeightSpec.of("output", prefix + "o_proj.weight", hidden, queries));
    if (outputBias) {
      weights.add(WeightSpec.of("output_bias", prefix + "o_proj.bias", hidden));
    }
    return weights;
  }

  /** A copy of its norm for each head, so that one product scales queries and keys. */
  private static List<Part> headNormParts(ModelConfig config, String prefix) {
    Part query = new Part(prefix + "q_norm.weight", config.headDim());
    Part key = new Part(prefix + "k_norm.weight", config.headDim());
    List<Part> parts = new ArrayList<>(Collections.nCopies(config.heads(), query));
    parts.addAll(Collections.nCopies(config.kvHeads(), key));
    return parts;
  }

  @Override
  public String script(ModelConfig config) {
    int heads = config.heads() + config.kvHeads();
    String norms =
        """
        qk = torch.mul(torch.rms_norm(qk, [${dim}], None, ${eps}), torch.view(head_norms, [${heads}, ${dim}]))
        """;
    return """
        projected = (self).product(h, qkv, ${qkvBias})
        qk = torch.view(torch.narrow(projected, 1, 0, ${heads} * ${dim}), [-1, ${heads}, ${dim}])
        ${norms}v = torch.narrow(projected, 1, ${heads} * ${dim}, ${kvHeads} * ${dim})
        attended = (self).attention(qk, v, dims, context, keys, values)
        y = (self).fine_product(attended, output, ${outputBias})
        """
        .replace("${norms}", headNorms ? norms : "")
        .replace("${heads}", Integer.toString(heads))
        .replace("${kvHeads}", Integer.toString(config.kvHeads()))
        .replace("${dim}", Integer.toString(config.headDim()))
        .replace("${eps}", Double.toString(config.normEps()))
        .replace("${qkvBias}", qkvBias ? "qkv_bias" : "None")
        .replace("${outputBias}", outputBias ? "output_bias" : "None");
  }
}
