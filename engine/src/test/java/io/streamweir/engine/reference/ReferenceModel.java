package io.streamweir.engine.reference;

import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link RandomCheckpoint} computes, in double and as plainly as possible: one token at a
 * time, loops over numbers, nothing shared with the engine.
 */
public final class ReferenceModel {
  private static final int HEADS = RandomCheckpoint.HEADS;
  private static final int GROUP = HEADS / RandomCheckpoint.KV_HEADS;
  private static final int DIM = RandomCheckpoint.HEAD_DIM;

  private final RandomCheckpoint weights;
  private final List<List<double[]>> keys = new ArrayList<>();
  private final List<List<double[]>> values = new ArrayList<>();
  private int position;

  public ReferenceModel(RandomCheckpoint weights) {
    this.weights = weights;
    for (int layer = 0; layer < RandomCheckpoint.LAYERS; layer++) {
      keys.add(new ArrayList<>());
      values.add(new ArrayList<>());
    }
  }

  /** The greedy completion of a prompt, end tokens being tokens like any other. */
  public static int[] greedy(RandomCheckpoint weights, int[] prompt, int count) {
    ReferenceModel model = new ReferenceModel(weights);
    double[] logits = null;
    for (int token : prompt) {
      logits = model.next(token);
    }
    int[] completion = new int[count];
    for (int i = 0; i < count; i++) {
      int best = 0;
      for (int token = 1; token < logits.length; token++) {
        best = logits[token] > logits[best] ? token : best;
      }
      completion[i] = best;
      logits = model.next(best);
    }
    return completion;
  }

  /** Takes a token in and returns the logits of the one after it. */
  public double[] next(int token) {
    double[] x = new double[RandomCheckpoint.HIDDEN];
    float[] embedding = weights.values("model.embed_tokens.weight");
    for (int i = 0; i < x.length; i++) {
      x[i] = embedding[token * x.length + i];
    }
    for (int layer = 0; layer < RandomCheckpoint.LAYERS; layer++) {
      String prefix = "model.layers." + layer + ".";
      double[] h = norm(x, prefix + "input_layernorm.weight");
      addTo(x, linear(attention(layer, prefix + "self_attn.", h), prefix + "self_attn.o_proj"));
      double[] h2 = norm(x, prefix + "post_attention_layernorm.weight");
      double[] gate = linear(h2, prefix + "mlp.gate_proj");
      double[] up = linear(h2, prefix + "mlp.up_proj");
      for (int i = 0; i < gate.length; i++) {
        gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      }
      addTo(x, linear(gate, prefix + "mlp.down_proj"));
    }
    position++;
    String head = weights.has("lm_head.weight") ? "lm_head" : "model.embed_tokens";
    return linear(norm(x, "model.norm.weight"), head);
  }

  private double[] attention(int layer, String prefix, double[] h) {
    double[] q = rotate(linear(h, prefix + "q_proj"));
    keys.get(layer).add(rotate(linear(h, prefix + "k_proj")));
    values.get(layer).add(linear(h, prefix + "v_proj"));
    double[] out = new double[HEADS * DIM];
    for (int head = 0; head < HEADS; head++) {
      int kv = head / GROUP * DIM;
      double[] p = new double[position + 1];
      double max = Double.NEGATIVE_INFINITY;
      for (int t = 0; t <= position; t++) {
        for (int i = 0; i < DIM; i++) {
          p[t] += q[head * DIM + i] * keys.get(layer).get(t)[kv + i];
        }
        p[t] /= Math.sqrt(DIM);
        max = Math.max(max, p[t]);
      }
      double sum = 0;
      for (int t = 0; t <= position; t++) {
        p[t] = Math.exp(p[t] - max);
        sum += p[t];
      }
      for (int t = 0; t <= position; t++) {
        for (int i = 0; i < DIM; i++) {
          out[head * DIM + i] += p[t] / sum * values.get(layer).get(t)[kv + i];
        }
      }
    }
    return out;
  }

  /** Rotates channel i of each head with channel i + DIM / 2. */
  private double[] rotate(double[] heads) {
    double[] rotated = new double[heads.length];
    for (int start = 0; start < heads.length; start += DIM) {
      for (int i = 0; i < DIM / 2; i++) {
        double angle = position * frequency(i);
        double a = heads[start + i];
        double b = heads[start + i + DIM / 2];
        rotated[start + i] = a * Math.cos(angle) - b * Math.sin(angle);
        rotated[start + i + DIM / 2] = b * Math.cos(angle) + a * Math.sin(angle);
      }
    }
    return rotated;
  }

  private double frequency(int i) {
    var config = weights.config();
    double frequency = 1 / Math.pow(config.path("rope_theta").asDouble(10_000), 2.0 * i / DIM);
    var scaling = config.path("rope_scaling");
    if (scaling.isMissingNode()) {
      return frequency;
    }
    // Llama 3.1, written with wavelengths as in its paper's reference code.
    double factor = scaling.get("factor").asDouble();
    double low = scaling.get("low_freq_factor").asDouble();
    double high = scaling.get("high_freq_factor").asDouble();
    double context = scaling.get("original_max_position_embeddings").asDouble();
    double wavelength = 2 * Math.PI / frequency;
    if (wavelength < context / high) {
      return frequency;
    }
    if (wavelength > context / low) {
      return frequency / factor;
    }
    double smooth = (context / wavelength - low) / (high - low);
    return (1 - smooth) * frequency / factor + smooth * frequency;
  }

  private double[] norm(double[] x, String name) {
    float[] weight = weights.values(name);
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    double scale =
        1 / Math.sqrt(squares / x.length + weights.config().get("rms_norm_eps").asDouble());
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i] * scale * weight[i];
    }
    return out;
  }

  private double[] linear(double[] x, String name) {
    float[] matrix = weights.values(name + ".weight");
    float[] bias = weights.has(name + ".bias") ? weights.values(name + ".bias") : null;
    double[] out = new double[matrix.length / x.length];
    for (int row = 0; row < out.length; row++) {
      double sum = bias == null ? 0 : bias[row];
      for (int column = 0; column < x.length; column++) {
        sum += matrix[row * x.length + column] * x[column];
      }
      out[row] = sum;
    }
    return out;
  }

  private static void addTo(double[] x, double[] more) {
    for (int i = 0; i < x.length; i++) {
      x[i] += more[i];
    }
  }
}
