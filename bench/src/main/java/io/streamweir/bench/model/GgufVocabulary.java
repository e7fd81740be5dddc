package io.streamweir.bench.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.engine.checkpoint.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tokens of a byte-level BPE tokenizer as GGUF keys. */
final class GgufVocabulary {
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int UNUSED = 5;

  private final String[] tokens;
  private final int[] types;
  private final List<String> merges = new ArrayList<>();
  private final ModelConfig config;

  private GgufVocabulary(ModelConfig config) {
    this.config = config;
    tokens = new String[config.vocabSize()];
    types = new int[tokens.length];
    Arrays.setAll(tokens, id -> "[PAD" + id + "]");
    Arrays.fill(types, UNUSED);
  }

  /**
   * @throws IllegalArgumentException if the tokenizer is of another kind
   */
  static GgufVocabulary read(Path modelDirectory, ModelConfig config) throws IOException {
    JsonNode root = new ObjectMapper().readTree(modelDirectory.resolve("tokenizer.json").toFile());
    if (!root.at("/model/type").asText().equals("BPE")
        || !root.at("/decoder/type").asText().equals("ByteLevel")) {
      throw new IllegalArgumentException(
          modelDirectory + " has no byte-level BPE tokenizer, the only kind that is exported");
    }
    GgufVocabulary vocabulary = new GgufVocabulary(config);
    root.at("/model/vocab")
        .properties()
        .forEach(token -> vocabulary.add(token.getValue().intValue(), token.getKey(), NORMAL));
    for (JsonNode token : root.path("added_tokens")) {
      vocabulary.add(token.path("id").intValue(), token.path("content").asText(), CONTROL);
    }
    for (JsonNode merge : root.at("/model/merges")) {
      vocabulary.merges.add(
          merge.isArray() ? merge.get(0).asText() + " " + merge.get(1).asText() : merge.asText());
    }
    return vocabulary;
  }

  private void add(int id, String token, int type) {
    if (id < tokens.length) {
      tokens[id] = token;
      types[id] = type;
    }
  }

  void put(GgufWriter writer) {
    writer.put("tokenizer.ggml.model", "gpt2");
    writer.put("tokenizer.ggml.pre", "gpt-2");
    writer.putStrings("tokenizer.ggml.tokens", List.of(tokens));
    writer.putInts("tokenizer.ggml.token_type", types);
    writer.putStrings("tokenizer.ggml.merges", merges);
    writer.put("tokenizer.ggml.add_bos_token", false);
    config.endTokenIds().stream()
        .min(Integer::compare)
        .ifPresent(id -> writer.put("tokenizer.ggml.eos_token_id", id));
  }
}
