package io.streamweir.bench.model;

import io.streamweir.engine.checkpoint.Checkpoint;
import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.engine.checkpoint.RopeScaling;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A Hugging Face checkpoint as a GGUF file, for comparison with llama.cpp: architectures whose
 * layers are Llama's, with or without biases and head norms, rotary positions as they are or scaled
 * as Llama 3's. The pre-tokenizer is named {@code gpt-2} whatever the model has, so its texts may
 * be split otherwise than by its own tokenizer.
 */
public final class GgufExport {
  private static final String LLAMA = "llama";

  /** Names in GGUF by architecture in {@code config.json}. */
  private static final Map<String, String> ARCHITECTURES =
      Map.of(
          "LlamaForCausalLM",
          LLAMA,
          "MistralForCausalLM",
          LLAMA,
          "Qwen2ForCausalLM",
          "qwen2",
          "Qwen3ForCausalLM",
          "qwen3");

  /** Tensors of a layer, here and there; those a checkpoint lacks are left out. */
  private static final String[][] LAYER_TENSORS = {
    {"input_layernorm.weight", "attn_norm.weight"},
    {"self_attn.q_proj.weight", "attn_q.weight"},
    {"self_attn.q_proj.bias", "attn_q.bias"},
    {"self_attn.k_proj.weight", "attn_k.weight"},
    {"self_attn.k_proj.bias", "attn_k.bias"},
    {"self_attn.v_proj.weight", "attn_v.weight"},
    {"self_attn.v_proj.bias", "attn_v.bias"},
    {"self_attn.o_proj.weight", "attn_output.weight"},
    {"self_attn.o_proj.bias", "attn_output.bias"},
    {"self_attn.q_norm.weight", "attn_q_norm.weight"},
    {"self_attn.k_norm.weight", "attn_k_norm.weight"},
    {"post_attention_layernorm.weight", "ffn_norm.weight"},
    {"mlp.gate_proj.weight", "ffn_gate.weight"},
    {"mlp.up_proj.weight", "ffn_up.weight"},
    {"mlp.down_proj.weight", "ffn_down.weight"},
  };

  private final ModelConfig config;
  private final Checkpoint checkpoint;
  private final String architecture;
  private final GgufType type;
  private final GgufWriter writer = new GgufWriter();

  private GgufExport(Path modelDirectory, GgufType type) {
    config = ModelConfig.read(modelDirectory);
    checkpoint = Checkpoint.open(modelDirectory);
    architecture = ARCHITECTURES.get(config.architecture());
    this.type = type;
    if (architecture == null || config.experts().isPresent()) {
      throw new IllegalArgumentException(
          modelDirectory
              + " is of architecture "
              + config.architecture()
              + "; can be exported: "
              + ARCHITECTURES.keySet().stream().sorted().toList());
    }
  }

  /**
   * Exports the checkpoint.
   *
   * @param type of all matrices; vectors are F32
   * @throws IllegalArgumentException if the checkpoint has what this export does not know
   * @throws io.streamweir.engine.EngineLoadException if the checkpoint is broken
   */
  public static void write(Path modelDirectory, GgufType type, Path file) throws IOException {
    GgufExport export = new GgufExport(modelDirectory, type);
    export.keys(modelDirectory);
    export.tensors();
    export.writer.write(file);
  }

  private void keys(Path modelDirectory) throws IOException {
    writer.put("general.architecture", architecture);
    writer.put("general.name", modelDirectory.toAbsolutePath().getFileName().toString());
    writer.put("general.file_type", type.fileType());
    writer.put(architecture + ".vocab_size", config.vocabSize());
    writer.put(architecture + ".context_length", config.maxPositions());
    writer.put(architecture + ".embedding_length", config.hiddenSize());
    writer.put(architecture + ".block_count", config.layers());
    writer.put(architecture + ".feed_forward_length", config.intermediateSize());
    writer.put(architecture + ".attention.head_count", config.heads());
    writer.put(architecture + ".attention.head_count_kv", config.kvHeads());
    writer.put(architecture + ".attention.key_length", config.headDim());
    writer.put(architecture + ".attention.value_length", config.headDim());
    writer.put(architecture + ".attention.layer_norm_rms_epsilon", config.normEps());
    writer.put(architecture + ".rope.freq_base", config.rotary().theta());
    writer.put(architecture + ".rope.dimension_count", config.rotary().channels());
    GgufVocabulary.read(modelDirectory, config).put(writer);
  }

  private void tensors() {
    copy("model.embed_tokens.weight", "token_embd.weight", config.vocabSize(), config.hiddenSize());
    copy("model.norm.weight", "output_norm.weight", config.hiddenSize());
    if (!config.tiedEmbeddings()) {
      copy("lm_head.weight", "output.weight", config.vocabSize(), config.hiddenSize());
    }
    rotary();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String[] names : LAYER_TENSORS) {
        String from = "model.layers." + layer + "." + names[0];
        if (checkpoint.names().contains(from)) {
          copy(from, "blk." + layer + "." + names[1], dimensions(names[0]));
        }
      }
    }
  }

  /** What the frequencies are divided by, where the model scales them. */
  private void rotary() {
    RopeScaling scaling = config.rotary().scaling();
    if (scaling instanceof RopeScaling.None) {
      return;
    }
    if (!(scaling instanceof RopeScaling.Llama3) || !architecture.equals(LLAMA)) {
      throw new IllegalArgumentException(
          "The rotary scaling " + scaling + " of " + config.architecture() + " is not exported");
    }
    float[] divisors = new float[config.rotary().channels() / 2];
    for (int pair = 0; pair < divisors.length; pair++) {
      double plain = StrictMath.pow(config.rotary().theta(), -(double) pair / divisors.length);
      divisors[pair] = (float) (plain / config.rotary().frequency(pair));
    }
    writer.tensor("rope_freqs.weight", type, new int[] {divisors.length}, () -> divisors);
  }

  private int[] dimensions(String tensor) {
    int hidden = config.hiddenSize();
    int queries = config.heads() * config.headDim();
    int keys = config.kvHeads() * config.headDim();
    int inner = config.intermediateSize();
    String[] words = tensor.split("\\.");
    List<Integer> matrix =
        switch (words[words.length - 2]) {
          case "q_proj" -> List.of(queries, hidden);
          case "k_proj", "v_proj" -> List.of(keys, hidden);
          case "o_proj" -> List.of(hidden, queries);
          case "gate_proj", "up_proj" -> List.of(inner, hidden);
          case "down_proj" -> List.of(hidden, inner);
          case "q_norm", "k_norm" -> List.of(config.headDim());
          default -> List.of(hidden);
        };
    return matrix.stream()
        .limit(tensor.endsWith(".bias") ? 1 : matrix.size())
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private void copy(String from, String to, int... dimensions) {
    checkpoint.require(from, longs(dimensions));
    writer.tensor(to, type, dimensions, () -> turned(from, read(from, dimensions)));
  }

  private float[] read(String tensor, int[] dimensions) {
    float[] values = new float[Math.toIntExact(ModelShape.elements(dimensions))];
    FloatBuffer all = FloatBuffer.wrap(values);
    checkpoint.read(
        tensor,
        longs(dimensions),
        count -> {
          FloatBuffer piece = all.slice(all.position(), count);
          all.position(all.position() + count);
          return piece;
        });
    return values;
  }

  private static long[] longs(int[] dimensions) {
    long[] longs = new long[dimensions.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = dimensions[i];
    }
    return longs;
  }

  /**
   * In GGUF's llama the channels that turn together are neighbours in a head, in the checkpoint
   * they are half a head apart.
   */
  private float[] turned(String tensor, float[] values) {
    boolean turns = tensor.contains(".q_proj.") || tensor.contains(".k_proj.");
    if (!turns || !architecture.equals(LLAMA)) {
      return values;
    }
    int headDim = config.headDim();
    int heads = tensor.contains(".q_proj.") ? config.heads() : config.kvHeads();
    int width = values.length / (heads * headDim);
    float[] turned = new float[values.length];
    for (int row = 0; row < heads * headDim; row++) {
      int channel = row % headDim;
      int from = row - channel + channel / 2 + channel % 2 * (headDim / 2);
      System.arraycopy(values, from * width, turned, row * width, width);
    }
    return turned;
  }
}
