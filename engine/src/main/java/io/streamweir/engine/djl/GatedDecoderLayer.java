package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.engine.djl.WeightSpec.Part;
import java.util.ArrayList;
import java.util.List;

/**
 * The layer that Llama brought: RMSNorm, rotary attention with grouped queries, RMSNorm, gated
 * feed-forward with SiLU. Families differ in which linear maps have a bias.
 *
 * @param qkvBias whether the query, key and value maps have one
 * @param outputBias whether the attention's output map has one
 * @param mlpBias whether the feed-forward maps have one
 */
record GatedDecoderLayer(boolean qkvBias, boolean outputBias, boolean mlpBias) {

  List<WeightSpec> weights(ModelConfig config, int layer) {
    String prefix = "model.layers." + layer + ".";
    String attention = prefix + "self_attn.";
    String mlp = prefix + "mlp.";
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    long queries = (long) config.heads() * config.headDim();
    long keys = (long) config.kvHeads() * config.headDim();
    List<WeightSpec> weights = new ArrayList<>();
    weights.add(WeightSpec.of("attention_norm", prefix + "input_layernorm.weight", hidden));
    weights.add(
        WeightSpec.stacked(
            "qkv",
            new Part(attention + "q_proj.weight", queries, hidden),
            new Part(attention + "k_proj.weight", keys, hidden),
            new Part(attention + "v_proj.weight", keys, hidden)));
    if (qkvBias) {
      weights.add(
          WeightSpec.stacked(
              "qkv_bias",
              new Part(attention + "q_proj.bias", queries),
              new Part(attention + "k_proj.bias", keys),
              new Part(attention + "v_proj.bias", keys)));
    }
    weights.add(WeightSpec.of("output", attention + "o_proj.weight", hidden, queries));
    if (outputBias) {
      weights.add(WeightSpec.of("output_bias", attention + "o_proj.bias", hidden));
    }
    weights.add(WeightSpec.of("mlp_norm", prefix + "post_attention_layernorm.weight", hidden));
    weights.add(
        WeightSpec.stacked(
            "gate_up",
            new Part(mlp + "gate_proj.weight", inner, hidden),
            new Part(mlp + "up_proj.weight", inner, hidden)));
    weights.add(WeightSpec.of("down", mlp + "down_proj.weight", hidden, inner));
    if (mlpBias) {
      weights.add(
          WeightSpec.stacked(
              "gate_up_bias",
              new Part(mlp + "gate_proj.bias", inner),
              new Part(mlp + "up_proj.bias", inner)));
      weights.add(WeightSpec.of("down_bias", mlp + "down_proj.bias", hidden));
    }
    return weights;
  }

  String script(ModelConfig config) {
    return """
        h = torch.rms_norm(x, [${hidden}], attention_norm, ${eps})
        attended = (self).attention(torch.linear(h, qkv, ${qkvBias}), dims, context, keys, values)
        x1 = torch.add(x, torch.linear(attended, output, ${outputBias}))
        h1 = torch.rms_norm(x1, [${hidden}], mlp_norm, ${eps})
        gate_and_up = torch.linear(h1, gate_up, ${gateUpBias})
        gate = torch.silu(torch.narrow(gate_and_up, 1, 0, ${inner}))
        gated = torch.mul(gate, torch.narrow(gate_and_up, 1, ${inner}, ${inner}))
        return torch.add(x1, torch.linear(gated, down, ${downBias}))
        """
        .replace("${hidden}", Integer.toString(config.hiddenSize()))
        .replace("${inner}", Integer.toString(config.intermediateSize()))
        .replace("${eps}", Double.toString(config.normEps()))
        .replace("${qkvBias}", qkvBias ? "qkv_bias" : "None")
        .replace("${outputBias}", outputBias ? "output_bias" : "None")
        .replace("${gateUpBias}", mlpBias ? "gate_up_bias" : "None")
        .replace("${downBias}", mlpBias ? "down_bias" : "None");
  }
}
