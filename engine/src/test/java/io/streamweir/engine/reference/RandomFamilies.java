package io.streamweir.engine.reference;

import static io.streamweir.engine.reference.RandomCheckpoint.HEAD_DIM;
import static io.streamweir.engine.reference.RandomCheckpoint.HIDDEN;
import static io.streamweir.engine.reference.RandomCheckpoint.INNER;
import static io.streamweir.engine.reference.RandomCheckpoint.LAYERS;

import io.streamweir.engine.reference.SafetensorsWriter.Dtype;

/** Random checkpoints of the architectures beside Llama and Qwen2, and of rotary variants. */
public final class RandomFamilies {
  private static final int EXPERTS = 8;
  private static final int EXPERT_INNER = 24;

  private RandomFamilies() {}

  /** Mistral 7B v0.1: a sliding window, shorter than the contexts of the tests. */
  public static RandomCheckpoint mistral(long seed) {
    RandomCheckpoint checkpoint = new RandomCheckpoint("MistralForCausalLM", Dtype.BF16, seed);
    checkpoint.config().put("sliding_window", 45).put("tie_word_embeddings", false);
    checkpoint.addTensors(false, true);
    return checkpoint;
  }

  /** Qwen3: norms on the heads, tied embeddings; its sliding window is switched off. */
  public static RandomCheckpoint qwen3(long seed) {
    RandomCheckpoint checkpoint = new RandomCheckpoint("Qwen3ForCausalLM", Dtype.BF16, seed);
    checkpoint.config().put("rope_theta", 1e6).put("tie_word_embeddings", true);
    checkpoint.config().put("use_sliding_window", false).putNull("sliding_window");
    checkpoint.addTensors(false, false);
    addHeadNorms(checkpoint);
    return checkpoint;
  }

  /** Qwen3-MoE: eight experts, of which a token gets three. */
  public static RandomCheckpoint qwen3Moe(long seed) {
    RandomCheckpoint checkpoint = new RandomCheckpoint("Qwen3MoeForCausalLM", Dtype.BF16, seed);
    checkpoint
        .config()
        .put("rope_theta", 1e6)
        .put("tie_word_embeddings", false)
        .put("num_experts", EXPERTS)
        .put("num_experts_per_tok", 3)
        .put("moe_intermediate_size", EXPERT_INNER)
        .put("norm_topk_prob", true)
        .put("decoder_sparse_step", 1)
        .putArray("mlp_only_layers");
    checkpoint.addTensors(false, true);
    addHeadNorms(checkpoint);
    for (int layer = 0; layer < LAYERS; layer++) {
      String mlp = "model.layers." + layer + ".mlp.";
      for (String dense : new String[] {"gate_proj", "up_proj", "down_proj"}) {
        checkpoint.without(mlp + dense + ".weight");
      }
      checkpoint.addLinear(mlp + "gate", EXPERTS, HIDDEN, false);
      for (int expert = 0; expert < EXPERTS; expert++) {
        String prefix = mlp + "experts." + expert + ".";
        checkpoint.addLinear(prefix + "gate_proj", EXPERT_INNER, HIDDEN, false);
        checkpoint.addLinear(prefix + "up_proj", EXPERT_INNER, HIDDEN, false);
        checkpoint.addLinear(prefix + "down_proj", HIDDEN, EXPERT_INNER, false);
      }
    }
    return checkpoint;
  }

  /** GLM-4-9B: half of a head turns, neighbours together; gate and up are one tensor. */
  public static RandomCheckpoint glm(long seed) {
    return glm("GlmForCausalLM", seed);
  }

  /** GLM-4-0414: the same with norms behind attention and feed-forward network. */
  public static RandomCheckpoint glm4(long seed) {
    RandomCheckpoint checkpoint = glm("Glm4ForCausalLM", seed);
    for (int layer = 0; layer < LAYERS; layer++) {
      String prefix = "model.layers." + layer + ".";
      checkpoint.add(prefix + "post_self_attn_layernorm.weight", 0.2, 1, HIDDEN);
      checkpoint.add(prefix + "post_mlp_layernorm.weight", 0.2, 1, HIDDEN);
    }
    return checkpoint;
  }

  private static RandomCheckpoint glm(String architecture, long seed) {
    RandomCheckpoint checkpoint = new RandomCheckpoint(architecture, Dtype.BF16, seed);
    checkpoint.config().put("attention_bias", true).put("partial_rotary_factor", 0.5);
    checkpoint.addTensors(true, true);
    for (int layer = 0; layer < LAYERS; layer++) {
      String mlp = "model.layers." + layer + ".mlp.";
      checkpoint.without(mlp + "gate_proj.weight").without(mlp + "up_proj.weight");
      checkpoint.addLinear(mlp + "gate_up_proj", 2 * INNER, HIDDEN, false);
    }
    return checkpoint;
  }

  /** Qwen2.5 with the scaling that its model cards recommend for long contexts. */
  public static RandomCheckpoint yarn(long seed) {
    return RandomCheckpoint.qwen2(seed)
        .configured(
            config ->
                config
                    .put("rope_theta", 10_000.0)
                    .putObject("rope_scaling")
                    .put("rope_type", "yarn")
                    .put("factor", 4.0)
                    .put("original_max_position_embeddings", 512));
  }

  /** Llama with positions divided by two. */
  public static RandomCheckpoint linear(long seed) {
    return RandomCheckpoint.llama(seed)
        .configured(
            config ->
                config.putObject("rope_scaling").put("rope_type", "linear").put("factor", 2.0));
  }

  /** Llama with heads of which three quarters turn. */
  public static RandomCheckpoint partial(long seed) {
    return RandomCheckpoint.llama(seed)
        .configured(config -> config.put("partial_rotary_factor", 0.75));
  }

  private static void addHeadNorms(RandomCheckpoint checkpoint) {
    for (int layer = 0; layer < LAYERS; layer++) {
      String attention = "model.layers." + layer + ".self_attn.";
      checkpoint.add(attention + "q_norm.weight", 0.2, 1, HEAD_DIM);
      checkpoint.add(attention + "k_norm.weight", 0.2, 1, HEAD_DIM);
    }
  }
}
