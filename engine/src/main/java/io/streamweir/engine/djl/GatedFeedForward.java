package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.engine.djl.WeightSpec.Part;
import java.util.ArrayList;
import java.util.List;

/**
 * down(SiLU(gate(h)) * up(h)).
 *
 * @param bias whether the maps have a bias
 * @param fused whether the checkpoint has gate and up as one tensor, {@code gate_up_proj}
 */
record GatedFeedForward(boolean bias, boolean fused) implements LayerPart {

  @Override
  public List<WeightSpec> weights(ModelConfig config, String layerPrefix) {
    String prefix = layerPrefix + "mlp.";
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    List<WeightSpec> weights = new ArrayList<>();
    weights.add(
        fused
            ? WeightSpec.of("gate_up", prefix + "gate_up_proj.weight", 2 * inner, hidden)
            : WeightSpec.stacked(
                "gate_up",
                new Part(prefix + "gate_proj.weight", inner, hidden),
                new Part(prefix + "up_proj.weight", inner, hidden)));
    weights.add(WeightSpec.of("down", prefix + "down_proj.weight", hidden, inner));
    if (bias) {
      weights.add(
          WeightSpec.stacked(
              "gate_up_bias",
              new Part(prefix + "gate_proj.bias", inner),
              new Part(prefix + "up_proj.bias", inner)));
      weights.add(WeightSpec.of("down_bias", prefix + "down_proj.bias", hidden));
    }
    return weights;
  }

  @Override
  public String script(ModelConfig config) {
    return """
        gate_and_up = (self).product(h, gate_up, ${gateUpBias})
        gate = torch.silu(torch.narrow(gate_and_up, 1, 0, ${inner}))
        gated = torch.mul(gate, torch.narrow(gate_and_up, 1, ${inner}, ${inner}))
        y = (self).fine_product(gated, down, ${downBias})
        """
        .replace("${inner}", Integer.toString(config.intermediateSize()))
        .replace("${gateUpBias}", bias ? "gate_up_bias" : "None")
        .replace("${downBias}", bias ? "down_bias" : "None");
  }
}
