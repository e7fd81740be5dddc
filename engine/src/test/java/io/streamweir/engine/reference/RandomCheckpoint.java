package io.streamweir.engine.reference;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.engine.reference.SafetensorsWriter.Dtype;
import io.streamweir.engine.reference.SafetensorsWriter.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** A decoder with random weights, to be written as a Hugging Face directory. */
public final class RandomCheckpoint {
  public static final int VOCAB = 264;
  static final int HIDDEN = 48;
  static final int INNER = 80;
  static final int LAYERS = 3;
  static final int HEADS = 4;
  static final int KV_HEADS = 2;
  static final int HEAD_DIM = 16;

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final ObjectNode config = new ObjectMapper().createObjectNode();
  private final Dtype dtype;
  private final Random random;

  RandomCheckpoint(String architecture, Dtype dtype, long seed) {
    this.dtype = dtype;
    random = new Random(seed);
    config.putArray("architectures").add(architecture);
    config
        .put("hidden_size", HIDDEN)
        .put("intermediate_size", INNER)
        .put("num_hidden_layers", LAYERS)
        .put("num_attention_heads", HEADS)
        .put("num_key_value_heads", KV_HEADS)
        .put("head_dim", HEAD_DIM)
        .put("vocab_size", VOCAB)
        .put("max_position_embeddings", 512)
        .put("rms_norm_eps", 1e-5)
        .put("hidden_act", "silu")
        .put("eos_token_id", ByteTokenizer.END);
  }

  /** Qwen2: tied embeddings, biases on query, key and value. */
  public static RandomCheckpoint qwen2(long seed) {
    RandomCheckpoint checkpoint = new RandomCheckpoint("Qwen2ForCausalLM", Dtype.BF16, seed);
    checkpoint.config.put("rope_theta", 1_000_000.0).put("tie_word_embeddings", true);
    checkpoint.addTensors(true, false);
    return checkpoint;
  }

  /** Llama 3: a head of its own, no biases, scaled rotary frequencies. */
  public static RandomCheckpoint llama(long seed) {
    RandomCheckpoint checkpoint = new RandomCheckpoint("LlamaForCausalLM", Dtype.F16, seed);
    checkpoint.config.put("rope_theta", 500_000.0).put("tie_word_embeddings", false);
    checkpoint
        .config
        .putObject("rope_scaling")
        .put("rope_type", "llama3")
        .put("factor", 8.0)
        .put("low_freq_factor", 1.0)
        .put("high_freq_factor", 4.0)
        .put("original_max_position_embeddings", 64);
    checkpoint.addTensors(false, true);
    return checkpoint;
  }

  /** Llama with every bias there can be, in float32. */
  public static RandomCheckpoint llamaWithBiases(long seed) {
    RandomCheckpoint checkpoint = new RandomCheckpoint("LlamaForCausalLM", Dtype.F32, seed);
    checkpoint.config.put("attention_bias", true).put("mlp_bias", true);
    checkpoint.addTensors(true, true);
    checkpoint.withBiases("self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj");
    return checkpoint;
  }

  /** The tensors of Llama's layers, embedding, norm, and head if it is not the embedding. */
  void addTensors(boolean qkvBias, boolean head) {
    add("model.embed_tokens.weight", 0.6, VOCAB, HIDDEN);
    for (int layer = 0; layer < LAYERS; layer++) {
      String prefix = "model.layers." + layer + ".";
      String attention = prefix + "self_attn.";
      add(prefix + "input_layernorm.weight", 0.2, 1, HIDDEN);
      addLinear(attention + "q_proj", HEADS * HEAD_DIM, HIDDEN, qkvBias);
      addLinear(attention + "k_proj", KV_HEADS * HEAD_DIM, HIDDEN, qkvBias);
      addLinear(attention + "v_proj", KV_HEADS * HEAD_DIM, HIDDEN, qkvBias);
      addLinear(attention + "o_proj", HIDDEN, HEADS * HEAD_DIM, false);
      add(prefix + "post_attention_layernorm.weight", 0.2, 1, HIDDEN);
      addLinear(prefix + "mlp.gate_proj", INNER, HIDDEN, false);
      addLinear(prefix + "mlp.up_proj", INNER, HIDDEN, false);
      addLinear(prefix + "mlp.down_proj", HIDDEN, INNER, false);
    }
    add("model.norm.weight", 0.2, 1, HIDDEN);
    if (head) {
      add("lm_head.weight", 0.6, VOCAB, HIDDEN);
    }
  }

  void addLinear(String name, int out, int in, boolean bias) {
    add(name + ".weight", 1.4 / Math.sqrt(in), out, in);
    if (bias) {
      add(name + ".bias", 0.3, out);
    }
  }

  /** Adds a random tensor; a shape [1, n] stands for a norm of n, whose weights lie around 1. */
  void add(String name, double scale, int... shape) {
    boolean norm = shape[0] == 1;
    int[] stored = norm ? new int[] {shape[1]} : shape;
    int count = 1;
    for (int dim : stored) {
      count *= dim;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = dtype.round((float) (random.nextGaussian() * scale + (norm ? 1 : 0)));
    }
    tensors.put(name, new Tensor(name, values, stored));
  }

  /** The numbers of a tensor, as stored; changing them changes the checkpoint. */
  public float[] values(String tensor) {
    return tensors.get(tensor).values();
  }

  boolean has(String tensor) {
    return tensors.containsKey(tensor);
  }

  /** {@code config.json}, to be changed at will. */
  public ObjectNode config() {
    return config;
  }

  public RandomCheckpoint without(String tensor) {
    tensors.remove(tensor);
    return this;
  }

  /** With another tensor. */
  public RandomCheckpoint with(String tensor, int... shape) {
    add(tensor, 1, shape);
    return this;
  }

  /** With a bias for these maps of each layer, for example {@code self_attn.q_proj}. */
  public RandomCheckpoint withBiases(String... maps) {
    for (int layer = 0; layer < LAYERS; layer++) {
      for (String map : maps) {
        String name = "model.layers." + layer + "." + map;
        add(name + ".bias", 0.3, tensors.get(name + ".weight").shape()[0]);
      }
    }
    return this;
  }

  public RandomCheckpoint reshaped(String tensor, int... shape) {
    tensors.put(tensor, new Tensor(tensor, tensors.get(tensor).values(), shape));
    return this;
  }

  public RandomCheckpoint configured(Consumer<ObjectNode> change) {
    change.accept(config);
    return this;
  }

  /** Writes config, tokenizer and one weight file. */
  public Path write(Path directory) {
    try {
      writeRest(directory);
      SafetensorsWriter.write(directory.resolve("model.safetensors"), dtype, tensors.values());
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes config, tokenizer, and the weights in shards with an index.
   *
   * @param onlyInIndex tensors that the index lists and no shard has
   */
  public Path writeSharded(Path directory, int shards, String... onlyInIndex) {
    try {
      writeRest(directory);
      ObjectNode index = new ObjectMapper().createObjectNode();
      ObjectNode weightMap = index.putObject("weight_map");
      List<Tensor> all = new ArrayList<>(tensors.values());
      for (int i = 0; i < shards; i++) {
        String file = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards);
        List<Tensor> part = all.subList(i * all.size() / shards, (i + 1) * all.size() / shards);
        SafetensorsWriter.write(directory.resolve(file), dtype, part);
        part.forEach(tensor -> weightMap.put(tensor.name(), file));
        List.of(onlyInIndex).forEach(name -> weightMap.put(name, file));
      }
      Files.writeString(directory.resolve("model.safetensors.index.json"), index.toPrettyString());
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeRest(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("config.json"), config.toPrettyString());
    ByteTokenizer.write(directory);
  }
}
