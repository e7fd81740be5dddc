package io.streamweir.engine.reference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The feed-forward network of a layer for one token: gated, or a mixture of such. */
record ReferenceFeedForward(ReferenceMaths maths) {

  double[] compute(double[] h, String prefix) {
    return maths.weights().has(prefix + "gate.weight")
        ? mixture(h, prefix)
        : maths.linear(gated(h, prefix), prefix + "down_proj");
  }

  private double[] gated(double[] h, String prefix) {
    if (maths.weights().has(prefix + "gate_up_proj.weight")) {
      double[] both = maths.linear(h, prefix + "gate_up_proj");
      int half = both.length / 2;
      return product(Arrays.copyOf(both, half), Arrays.copyOfRange(both, half, both.length));
    }
    return product(maths.linear(h, prefix + "gate_proj"), maths.linear(h, prefix + "up_proj"));
  }

  private static double[] product(double[] gate, double[] up) {
    double[] out = new double[gate.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
    }
    return out;
  }

  private double[] mixture(double[] h, String prefix) {
    var config = maths.weights().config();
    double[] share = maths.linear(h, prefix + "gate");
    double sum = 0;
    for (int i = 0; i < share.length; i++) {
      share[i] = Math.exp(share[i]);
      sum += share[i];
    }
    int[] chosen =
        IntStream.range(0, share.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -share[i]))
            .limit(config.get("num_experts_per_tok").asInt())
            .mapToInt(Integer::intValue)
            .toArray();
    if (config.path("norm_topk_prob").asBoolean()) {
      sum = Arrays.stream(chosen).mapToDouble(i -> share[i]).sum();
    }
    double[] out = new double[h.length];
    for (int expert : chosen) {
      String name = prefix + "experts." + expert + ".";
      double[] y = maths.linear(gated(h, name), name + "down_proj");
      for (int i = 0; i < out.length; i++) {
        out[i] += share[expert] / sum * y[i];
      }
    }
    return out;
  }
}
