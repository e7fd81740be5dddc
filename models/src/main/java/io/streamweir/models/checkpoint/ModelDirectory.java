package io.streamweir.models.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.models.data.ChatPrompt;
import io.streamweir.models.tokenizer.BpeTokenizer;
import io.streamweir.models.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory as Hugging Face's Qwen2ForCausalLM has it: config.json, generation_config.json,
 * tokenizer.json, tokenizer_config.json, model.safetensors. Other files in it are left alone.
 */
public final class ModelDirectory {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;

  public ModelDirectory(Path root) {
    this.root = root;
  }

  /** Writes everything but the weights. */
  public void writeDescription(ModelShape shape, BpeTokenizer tokenizer) throws IOException {
    Files.createDirectories(root);
    write("config.json", config(shape, tokenizer));
    write("generation_config.json", generationConfig(tokenizer));
    write("tokenizer_config.json", tokenizerConfig(shape));
    TokenizerJson.write(tokenizer, root.resolve("tokenizer.json"));
  }

  /** Writes the weights in the order of {@link Qwen2Layout}, rounded to bf16. */
  public void writeWeights(ModelShape shape, float[] weights) throws IOException {
    Safetensors.write(weights(), Qwen2Layout.tensors(shape), weights);
  }

  public BpeTokenizer readTokenizer() throws IOException {
    return TokenizerJson.read(root.resolve("tokenizer.json"));
  }

  public ModelShape readShape() throws IOException {
    JsonNode config = JSON.readTree(root.resolve("config.json").toFile());
    return new ModelShape(
        config.path("vocab_size").asInt(),
        config.path("hidden_size").asInt(),
        config.path("num_hidden_layers").asInt(),
        config.path("num_attention_heads").asInt(),
        config.path("num_key_value_heads").asInt(),
        config.path("intermediate_size").asInt(),
        config.path("max_position_embeddings").asInt(),
        config.path("rope_theta").asDouble(),
        config.path("rms_norm_eps").asDouble());
  }

  /** The weights in the order of {@link Qwen2Layout}. */
  public float[] readWeights(ModelShape shape) throws IOException {
    return Safetensors.read(weights(), Qwen2Layout.tensors(shape));
  }

  private Path weights() {
    return root.resolve("model.safetensors");
  }

  private static ObjectNode config(ModelShape shape, BpeTokenizer tokenizer) {
    ObjectNode config = JSON.createObjectNode();
    config.putArray("architectures").add("Qwen2ForCausalLM");
    config.put("model_type", "qwen2");
    config.put("vocab_size", shape.vocabulary());
    config.put("hidden_size", shape.hidden());
    config.put("num_hidden_layers", shape.layers());
    config.put("num_attention_heads", shape.heads());
    config.put("num_key_value_heads", shape.kvHeads());
    config.put("intermediate_size", shape.intermediate());
    config.put("hidden_act", "silu");
    config.put("max_position_embeddings", shape.maxPositions());
    config.put("rope_theta", shape.ropeTheta());
    config.put("rms_norm_eps", shape.normEpsilon());
    config.put("attention_dropout", 0.0);
    config.put("initializer_range", 0.02);
    config.put("use_sliding_window", false);
    config.put("tie_word_embeddings", true);
    config.put("use_cache", true);
    config.put("torch_dtype", "bfloat16");
    config.put("bos_token_id", tokenizer.id(ChatPrompt.END_OF_TEXT));
    config.put("eos_token_id", tokenizer.id(ChatPrompt.END));
    return config;
  }

  private static ObjectNode generationConfig(BpeTokenizer tokenizer) {
    ObjectNode config = JSON.createObjectNode();
    config.put("bos_token_id", tokenizer.id(ChatPrompt.END_OF_TEXT));
    config.put("pad_token_id", tokenizer.id(ChatPrompt.END_OF_TEXT));
    config
        .putArray("eos_token_id")
        .add(tokenizer.id(ChatPrompt.END))
        .add(tokenizer.id(ChatPrompt.END_OF_TEXT));
    config.put("do_sample", false);
    config.put("temperature", 0.0);
    return config;
  }

  private static ObjectNode tokenizerConfig(ModelShape shape) {
    ObjectNode config = JSON.createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("chat_template", ChatPrompt.JINJA);
    config.putNull("bos_token");
    config.put("eos_token", ChatPrompt.END);
    config.put("pad_token", ChatPrompt.END_OF_TEXT);
    config.putNull("unk_token");
    config.put("model_max_length", shape.maxPositions());
    config.put("add_prefix_space", false);
    config.put("clean_up_tokenization_spaces", false);
    return config;
  }

  private void write(String name, ObjectNode content) throws IOException {
    String json = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content);
    Files.writeString(root.resolve(name), json + "\n");
  }
}
