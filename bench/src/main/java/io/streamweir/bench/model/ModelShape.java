package io.streamweir.bench.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The shape of a decoder, as {@code config.json} names its parts.
 *
 * @param architecture {@code qwen2}, {@code llama} or {@code mistral}
 * @param tied whether the head is the embedding
 */
public record ModelShape(
    String architecture,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int maxPositions,
    boolean tied) {

  static final List<String> ARCHITECTURES = List.of("qwen2", "llama", "mistral");

  public ModelShape {
    if (!ARCHITECTURES.contains(architecture)) {
      throw new IllegalArgumentException(
          "The architecture is " + architecture + ", must be one of " + ARCHITECTURES);
    }
    if (hiddenSize % (2 * heads) != 0 || heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "A hidden size of "
              + hiddenSize
              + " must be an even multiple of the heads ("
              + heads
              + "), and these a multiple of the key/value heads ("
              + kvHeads
              + ")");
    }
    if (vocabSize < 2) {
      throw new IllegalArgumentException("A vocabulary has two tokens or more, not " + vocabSize);
    }
  }

  int headDim() {
    return hiddenSize / heads;
  }

  boolean qkvBias() {
    return architecture.equals("qwen2");
  }

  /** The last token ends a text. */
  int endToken() {
    return vocabSize - 1;
  }

  /** What {@code architectures} in {@code config.json} says. */
  String className() {
    return switch (architecture) {
      case "qwen2" -> "Qwen2ForCausalLM";
      case "llama" -> "LlamaForCausalLM";
      default -> "MistralForCausalLM";
    };
  }

  /** Name and dimensions of each tensor, in the order of the file. */
  Map<String, int[]> tensors() {
    Map<String, int[]> tensors = new LinkedHashMap<>();
    tensors.put("model.embed_tokens.weight", new int[] {vocabSize, hiddenSize});
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      tensors.put(prefix + "input_layernorm.weight", new int[] {hiddenSize});
      linear(tensors, prefix + "self_attn.q_proj", hiddenSize, hiddenSize, qkvBias());
      linear(tensors, prefix + "self_attn.k_proj", kvHeads * headDim(), hiddenSize, qkvBias());
      linear(tensors, prefix + "self_attn.v_proj", kvHeads * headDim(), hiddenSize, qkvBias());
      linear(tensors, prefix + "self_attn.o_proj", hiddenSize, hiddenSize, false);
      tensors.put(prefix + "post_attention_layernorm.weight", new int[] {hiddenSize});
      linear(tensors, prefix + "mlp.gate_proj", intermediateSize, hiddenSize, false);
      linear(tensors, prefix + "mlp.up_proj", intermediateSize, hiddenSize, false);
      linear(tensors, prefix + "mlp.down_proj", hiddenSize, intermediateSize, false);
    }
    tensors.put("model.norm.weight", new int[] {hiddenSize});
    if (!tied) {
      tensors.put("lm_head.weight", new int[] {vocabSize, hiddenSize});
    }
    return tensors;
  }

  private static void linear(
      Map<String, int[]> tensors, String name, int out, int in, boolean bias) {
    tensors.put(name + ".weight", new int[] {out, in});
    if (bias) {
      tensors.put(name + ".bias", new int[] {out});
    }
  }

  /** How many numbers the model has. */
  public long parameters() {
    return tensors().values().stream().mapToLong(ModelShape::elements).sum();
  }

  static long elements(int[] dimensions) {
    long elements = 1;
    for (int dimension : dimensions) {
      elements *= dimension;
    }
    return elements;
  }

  /** A name for files. */
  public String label() {
    return String.format(
        Locale.ROOT,
        "%s-v%d-h%d-f%d-l%d-a%d-k%d-p%d%s",
        architecture,
        vocabSize,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        kvHeads,
        maxPositions,
        tied ? "-tied" : "");
  }
}
