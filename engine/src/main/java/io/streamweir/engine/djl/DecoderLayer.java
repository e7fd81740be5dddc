package io.streamweir.engine.djl;

import io.streamweir.engine.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer that adds attention and then a feed-forward network to the residual stream, each after an
 * RMSNorm, and each with another one behind it where the architecture has that.
 *
 * @param rotation which channels of a head turn together
 * @param slidingWindow how many tokens a token attends to, itself included; 0 for all before it
 * @param attentionPostNorm the norm behind the attention, null if there is none
 * @param feedForwardPostNorm the norm behind the feed-forward network, null if there is none
 */
record DecoderLayer(
    AttentionPart attention,
    LayerPart feedForward,
    Rotation rotation,
    int slidingWindow,
    String attentionPostNorm,
    String feedForwardPostNorm) {

  /** Llama's: heads whose halves turn together, the whole context, norms in front only. */
  static DecoderLayer of(AttentionPart attention, LayerPart feedForward) {
    return new DecoderLayer(attention, feedForward, Rotation.HALVES, 0, null, null);
  }

  DecoderLayer withSlidingWindow(int tokens) {
    return new DecoderLayer(
        attention, feedForward, rotation, tokens, attentionPostNorm, feedForwardPostNorm);
  }

  DecoderLayer withRotation(Rotation other) {
    return new DecoderLayer(
        attention, feedForward, other, slidingWindow, attentionPostNorm, feedForwardPostNorm);
  }

  /**
   * @param attentionNorm name in the checkpoint of the norm behind the attention
   * @param feedForwardNorm the same of that behind the feed-forward network
   */
  DecoderLayer withPostNorms(String attentionNorm, String feedForwardNorm) {
    return new DecoderLayer(
        attention, feedForward, rotation, slidingWindow, attentionNorm, feedForwardNorm);
  }

  /** The weights of a layer, in the order in which the script takes them. */
  List<WeightSpec> weights(ModelConfig config, int layer) {
    String prefix = "model.layers." + layer + ".";
    List<WeightSpec> weights = new ArrayList<>();
    weights.add(norm("attention_norm", prefix + "input_layernorm", config));
    weights.addAll(attention.weights(config, prefix));
    if (attentionPostNorm != null) {
      weights.add(norm("attention_post_norm", prefix + attentionPostNorm, config));
    }
    weights.add(norm("feed_forward_norm", prefix + "post_attention_layernorm", config));
    weights.addAll(feedForward.weights(config, prefix));
    if (feedForwardPostNorm != null) {
      weights.add(norm("feed_forward_post_norm", prefix + feedForwardPostNorm, config));
    }
    return weights;
  }

  private static WeightSpec norm(String name, String tensor, ModelConfig config) {
    return WeightSpec.of(name, tensor + ".weight", config.hiddenSize());
  }

  /**
   * The body of a TorchScript method from the residual stream {@code x} [tokens, hidden] to the
   * next one, with the weights by name and the helpers of {@link StepScript}.
   */
  String script(ModelConfig config) {
    return normed("h", "x", "attention_norm", config)
        + attention.script(config)
        + (attentionPostNorm == null ? "" : normed("y", "y", "attention_post_norm", config))
        + "x1 = torch.add(x, y)\n"
        + normed("h", "x1", "feed_forward_norm", config)
        + feedForward.script(config)
        + (feedForwardPostNorm == null ? "" : normed("y", "y", "feed_forward_post_norm", config))
        + "return torch.add(x1, y)\n";
  }

  private static String normed(String to, String from, String weight, ModelConfig config) {
    return to
        + " = torch.rms_norm("
        + from
        + ", ["
        + config.hiddenSize()
        + "], "
        + weight
        + ", "
        + config.normEps()
        + ")\n";
  }
}
