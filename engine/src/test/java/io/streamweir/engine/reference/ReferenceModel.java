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

  private static final double LEAST_MARGIN = 2e-5;

  private final RandomCheckpoint weights;
  private final ReferenceMaths maths;
  private final ReferenceFeedForward feedForward;
  private final ReferenceRope rope;
  private final int window;
  private final List<List<double[]>> keys = new ArrayList<>();
  private final List<List<double[]>> values = new ArrayList<>();
  private int position;

  public ReferenceModel(RandomCheckpoint weights) {
    this.weights = weights;
    maths = new ReferenceMaths(weights);
    feedForward = new ReferenceFeedForward(maths);
    rope = new ReferenceRope(weights.config(), DIM);
    window = weights.config().path("sliding_window").asInt(Integer.MAX_VALUE);
    for (int layer = 0; layer < RandomCheckpoint.LAYERS; layer++) {
      keys.add(new ArrayList<>());
      values.add(new ArrayList<>());
    }
  }

  /**
   * The greedy completion of a prompt, end tokens being tokens like any other. No choice in it is
   * narrower than {@code LEAST_MARGIN}, several times what float32 was seen to differ by.
   *
   * @throws IllegalArgumentException if one is; then the test needs another seed
   */
  public static int[] greedy(RandomCheckpoint weights, int[] prompt, int count) {
    ReferenceModel model = new ReferenceModel(weights);
    double[] logits = null;
    for (int token : prompt) {
      logits = model.next(token);
    }
    int[] completion = new int[count];
    for (int i = 0; i < count; i++) {
      completion[i] = best(logits, i);
      logits = model.next(completion[i]);
    }
    return completion;
  }

  private static int best(double[] logits, int position) {
    int best = 0;
    double second = Double.NEGATIVE_INFINITY;
    for (int token = 1; token < logits.length; token++) {
      second = Math.max(second, Math.min(logits[token], logits[best]));
      best = logits[token] > logits[best] ? token : best;
    }
    if (logits[best] - second < LEAST_MARGIN) {
      throw new IllegalArgumentException(
          "Two tokens are nearly the best at position %d, %s apart; take another seed."
              .formatted(position, logits[best] - second));
    }
    return best;
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
      double[] h = maths.norm(x, prefix + "input_layernorm");
      double[] y = attention(layer, prefix + "self_attn.", h);
      ReferenceMaths.addTo(x, maths.normIfThere(y, prefix + "post_self_attn_layernorm"));
      double[] h2 = maths.norm(x, prefix + "post_attention_layernorm");
      double[] y2 = feedForward.compute(h2, prefix + "mlp.");
      ReferenceMaths.addTo(x, maths.normIfThere(y2, prefix + "post_mlp_layernorm"));
    }
    position++;
    String head = weights.has("lm_head.weight") ? "lm_head" : "model.embed_tokens";
    return maths.linear(maths.norm(x, "model.norm"), head);
  }

  private double[] attention(int layer, String prefix, double[] h) {
    double[] q = maths.normIfThere(maths.linear(h, prefix + "q_proj"), prefix + "q_norm");
    double[] k = maths.normIfThere(maths.linear(h, prefix + "k_proj"), prefix + "k_norm");
    q = rope.rotate(q, position);
    keys.get(layer).add(rope.rotate(k, position));
    values.get(layer).add(maths.linear(h, prefix + "v_proj"));
    double[] out = new double[HEADS * DIM];
    for (int head = 0; head < HEADS; head++) {
      attend(layer, head, q, out);
    }
    return maths.linear(out, prefix + "o_proj");
  }

  private void attend(int layer, int head, double[] q, double[] out) {
    int kv = head / GROUP * DIM;
    int first = Math.max(0, position + 1 - window);
    double[] p = new double[position + 1];
    double max = Double.NEGATIVE_INFINITY;
    for (int t = first; t <= position; t++) {
      for (int i = 0; i < DIM; i++) {
        p[t] += q[head * DIM + i] * keys.get(layer).get(t)[kv + i];
      }
      p[t] /= Math.sqrt(DIM);
      max = Math.max(max, p[t]);
    }
    double sum = 0;
    for (int t = first; t <= position; t++) {
      p[t] = Math.exp(p[t] - max);
      sum += p[t];
    }
    for (int t = first; t <= position; t++) {
      for (int i = 0; i < DIM; i++) {
        out[head * DIM + i] += p[t] / sum * values.get(layer).get(t)[kv + i];
      }
    }
  }
}
