package io.streamweir.models.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of a Qwen2 checkpoint in the order in which training keeps them in one flat vector:
 * embedding, {@value #PER_LAYER} tensors per layer, final norm.
 */
public final class Qwen2Layout {
  public static final int PER_LAYER = 12;

  private Qwen2Layout() {}

  /** Names as Hugging Face's Qwen2ForCausalLM has them; matrices are [out, in]. */
  public static List<TensorSpec> tensors(ModelShape shape) {
    int hidden = shape.hidden();
    int kv = shape.kvSize();
    int intermediate = shape.intermediate();
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(new TensorSpec("model.embed_tokens.weight", shape.vocabulary(), hidden));
    for (int i = 0; i < shape.layers(); i++) {
      String layer = "model.layers." + i + ".";
      tensors.add(new TensorSpec(layer + "input_layernorm.weight", hidden));
      tensors.add(new TensorSpec(layer + "self_attn.q_proj.weight", hidden, hidden));
      tensors.add(new TensorSpec(layer + "self_attn.q_proj.bias", hidden));
      tensors.add(new TensorSpec(layer + "self_attn.k_proj.weight", kv, hidden));
      tensors.add(new TensorSpec(layer + "self_attn.k_proj.bias", kv));
      tensors.add(new TensorSpec(layer + "self_attn.v_proj.weight", kv, hidden));
      tensors.add(new TensorSpec(layer + "self_attn.v_proj.bias", kv));
      tensors.add(new TensorSpec(layer + "self_attn.o_proj.weight", hidden, hidden));
      tensors.add(new TensorSpec(layer + "post_attention_layernorm.weight", hidden));
      tensors.add(new TensorSpec(layer + "mlp.gate_proj.weight", intermediate, hidden));
      tensors.add(new TensorSpec(layer + "mlp.up_proj.weight", intermediate, hidden));
      tensors.add(new TensorSpec(layer + "mlp.down_proj.weight", hidden, intermediate));
    }
    tensors.add(new TensorSpec("model.norm.weight", hidden));
    return tensors;
  }

  /** The number of parameters. */
  public static int size(ModelShape shape) {
    return tensors(shape).stream().mapToInt(TensorSpec::size).sum();
  }
}
