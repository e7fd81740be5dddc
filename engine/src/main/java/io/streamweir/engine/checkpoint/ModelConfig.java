package io.streamweir.engine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.engine.EngineLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shape of a decoder, from {@code config.json}.
 *
 * @param architecture for example {@code Qwen2ForCausalLM}
 * @param vocabSize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layer
 * @param layers decoder layers
 * @param heads query heads
 * @param kvHeads key and value heads; divides {@code heads}
 * @param headDim channels of a head
 * @param maxPositions longest context, tokens
 * @param rotary how positions enter
 * @param normEps added to the mean square in RMSNorm
 * @param tiedEmbeddings whether the head is the embedding
 * @param attentionBias {@code attention_bias}, false if absent
 * @param mlpBias {@code mlp_bias}, false if absent
 * @param slidingWindow {@code sliding_window} in tokens, 0 if absent; not every architecture heeds
 *     it
 * @param experts the experts of a layer, empty if it has one feed-forward network
 * @param endTokenIds tokens that end a completion, in the order of {@code config.json} and {@code
 *     generation_config.json}; all below {@code vocabSize}
 */
public record ModelConfig(
    String architecture,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int maxPositions,
    Rotary rotary,
    double normEps,
    boolean tiedEmbeddings,
    boolean attentionBias,
    boolean mlpBias,
    int slidingWindow,
    Optional<Experts> experts,
    Set<Integer> endTokenIds) {

  private static final Logger LOG = LoggerFactory.getLogger(ModelConfig.class);

  /**
   * @throws EngineLoadException naming the file and the value, if it is missing, wrong or asks for
   *     something not supported
   */
  public static ModelConfig read(Path modelDirectory) {
    JsonFile json = JsonFile.read(modelDirectory.resolve("config.json"));
    int hiddenSize = json.requirePositive("hidden_size");
    int heads = json.requirePositive("num_attention_heads");
    int kvHeads = json.positive("num_key_value_heads", heads);
    if (heads % kvHeads != 0) {
      throw json.invalid("num_key_value_heads", "a divisor of num_attention_heads (" + heads + ")");
    }
    if (!json.has("head_dim") && hiddenSize % heads != 0) {
      throw json.invalid("num_attention_heads", "a divisor of hidden_size (" + hiddenSize + ")");
    }
    int headDim = json.positive("head_dim", hiddenSize / heads);
    if (headDim % 2 != 0) {
      throw json.invalid("head_dim", "even, for the rotary embedding");
    }
    requireSupported(json);
    return new ModelConfig(
        architecture(json),
        json.requirePositive("vocab_size"),
        hiddenSize,
        json.requirePositive("intermediate_size"),
        json.requirePositive("num_hidden_layers"),
        heads,
        kvHeads,
        headDim,
        Rotary.maxPositions(json),
        Rotary.read(json, headDim),
        json.positive("rms_norm_eps", 1e-6),
        json.flag("tie_word_embeddings", false),
        json.flag("attention_bias", false),
        json.flag("mlp_bias", false),
        json.has("sliding_window") ? json.requirePositive("sliding_window") : 0,
        Experts.read(json),
        endTokens(modelDirectory, json));
  }

  private static String architecture(JsonFile json) {
    JsonNode names = json.node("architectures");
    if (!names.isArray() || names.isEmpty()) {
      throw json.invalid("architectures", "a list with the name of the architecture");
    }
    return names.get(0).asText();
  }

  private static void requireSupported(JsonFile json) {
    if (!json.text("hidden_act", "silu").equals("silu")) {
      throw json.invalid("hidden_act", "silu, the only activation this engine computes");
    }
    if (json.flag("use_sliding_window", false)) {
      throw json.invalid("use_sliding_window", "false; this engine attends to the whole context");
    }
    Set<String> kinds = new TreeSet<>();
    json.node("layer_types").forEach(kind -> kinds.add(kind.asText()));
    if (kinds.size() > 1) {
      throw json.invalid("layer_types", "the same for all layers");
    }
    if (json.has("quantization_config")) {
      throw json.invalid(
          "quantization_config", "absent; take the checkpoint in bf16, f16 or f32 instead");
    }
  }

  private static Set<Integer> endTokens(Path modelDirectory, JsonFile config) {
    Set<Integer> ids = new LinkedHashSet<>();
    addEndTokens(config, ids);
    Path generation = modelDirectory.resolve("generation_config.json");
    if (Files.isRegularFile(generation)) {
      addEndTokens(JsonFile.read(generation), ids);
    }
    return Collections.unmodifiableSet(withinVocabulary(modelDirectory, config, ids));
  }

  private static void addEndTokens(JsonFile json, Set<Integer> ids) {
    JsonNode node = json.node("eos_token_id");
    Iterable<JsonNode> all = node.isArray() ? node : List.of(node);
    for (JsonNode id : all) {
      if (id.isInt()) {
        ids.add(id.intValue());
      } else if (!id.isMissingNode() && !id.isNull()) {
        throw json.invalid("eos_token_id", "a token id or a list of them");
      }
    }
  }

  /** Without what the model can never say, as in files that come from a larger vocabulary. */
  private static Set<Integer> withinVocabulary(Path directory, JsonFile config, Set<Integer> ids) {
    int vocabSize = config.requirePositive("vocab_size");
    Set<Integer> known = new LinkedHashSet<>(ids);
    known.removeIf(id -> id < 0 || id >= vocabSize);
    if (known.size() < ids.size()) {
      LOG.warn(
          "{}: of the eos_token_id of config.json and generation_config.json, {}, those that are"
              + " not below vocab_size ({}) are ignored: the model cannot say them",
          directory,
          ids,
          vocabSize);
    }
    return known;
  }
}
