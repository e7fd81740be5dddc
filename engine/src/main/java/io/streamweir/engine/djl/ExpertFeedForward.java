package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.Experts;
import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.engine.djl.WeightSpec.Part;
import java.util.ArrayList;
import java.util.List;

/**
 * A mixture of gated feed-forward networks: a router picks some for each token and weighs them.
 *
 * <p>A step sorts its (token, expert) pairs by expert and computes each expert that has tokens
 * once, in an even shape ({@link Evenness}); the results go back to their tokens and are added in
 * the order of the router's choice, so that the sum of a token does not depend on who else is in
 * the step. Experts and router are float32 in every {@link MatrixForm}.
 */
record ExpertFeedForward(Experts experts) implements LayerPart {

  @Override
  public List<WeightSpec> weights(ModelConfig config, String layerPrefix) {
    String prefix = layerPrefix + "mlp.";
    long hidden = config.hiddenSize();
    long inner = experts.innerSize();
    List<Part> gateAndUp = new ArrayList<>();
    List<Part> down = new ArrayList<>();
    for (int i = 0; i < experts.count(); i++) {
      String expert = prefix + "experts." + i + ".";
      gateAndUp.add(new Part(expert + "gate_proj.weight", inner, hidden));
      gateAndUp.add(new Part(expert + "up_proj.weight", inner, hidden));
      down.add(new Part(expert + "down_proj.weight", hidden, inner));
    }
    return List.of(
        WeightSpec.floatMatrices(
            "router", 1, List.of(new Part(prefix + "gate.weight", experts.count(), hidden))),
        WeightSpec.floatMatrices("experts_gate_up", experts.count(), gateAndUp),
        WeightSpec.floatMatrices("experts_down", experts.count(), down));
  }

  @Override
  public String script(ModelConfig config) {
    String normalize = "shares = torch.div(shares, torch.sum(shares, [1], True))\n";
    return """
        shares, chosen = torch.topk(torch.softmax((self).float_product(h, router[0], None), -1), ${perToken})
        ${normalize}by_expert, order = torch.sort(torch.reshape(chosen, [-1]), stable=True)
        present, _inverse, counts = torch.unique_consecutive(by_expert, False, True)
        outputs = annotate(List[Tensor], [])
        at = 0
        for i in range(torch.size(present, 0)):
          expert = int(torch.select(present, 0, i))
          count = int(torch.select(counts, 0, i))
          rows = torch.floor_divide(torch.narrow(order, 0, at, count), ${perToken})
          at = at + count
          inputs = torch.index_select(h, 0, rows)
          missing = ${even count} - count
          if torch.gt(missing, 0):
            inputs = torch.cat([inputs, torch.zeros([missing, ${hidden}])])
          else:
            pass
          gate_and_up = (self).float_product(inputs, experts_gate_up[expert], None)
          gate = torch.silu(torch.narrow(gate_and_up, 1, 0, ${inner}))
          gated = torch.mul(gate, torch.narrow(gate_and_up, 1, ${inner}, ${inner}))
          computed = (self).float_product(gated, experts_down[expert], None)
          _0 = torch.append(outputs, torch.narrow(computed, 0, 0, count))
        sorted_outputs = torch.cat(outputs)
        back = torch.index_copy_(torch.empty_like(sorted_outputs), 0, order, sorted_outputs)
        weighed = torch.mul(torch.view(back, [-1, ${perToken}, ${hidden}]), torch.unsqueeze(shares, 2))
        y = torch.sum(weighed, [1])
        """
        .replace("${even count}", StepScript.even("count", PackedProducts.FLOAT32.rowMultiple()))
        .replace("${normalize}", experts.normalized() ? normalize : "")
        .replace("${perToken}", Integer.toString(experts.perToken()))
        .replace("${inner}", Integer.toString(experts.innerSize()))
        .replace("${hidden}", Integer.toString(config.hiddenSize()));
  }
}
