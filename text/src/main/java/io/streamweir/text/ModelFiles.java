package io.streamweir.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.text.tokenizer.ModelFilesException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The configuration files of a model directory in the Hugging Face layout. */
final class ModelFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Beyond it a file is not read: no chat template is nearly as large. */
  private static final long MAX_TEMPLATE_BYTES = 16 << 20;

  private final Path directory;
  private final JsonNode config;
  private final JsonNode generationConfig;
  private final JsonNode tokenizerConfig;

  private ModelFiles(
      Path directory, JsonNode config, JsonNode generationConfig, JsonNode tokenizerConfig) {
    this.directory = directory;
    this.config = config;
    this.generationConfig = generationConfig;
    this.tokenizerConfig = tokenizerConfig;
  }

  static ModelFiles read(Path directory) {
    if (!Files.exists(directory.resolve("config.json"))) {
      throw new ModelFilesException(
          directory.resolve("config.json"), "no such file; is this a model directory?");
    }
    return new ModelFiles(
        directory,
        json(directory.resolve("config.json")),
        json(directory.resolve("generation_config.json")),
        json(directory.resolve("tokenizer_config.json")));
  }

  JsonNode generationConfig() {
    return generationConfig;
  }

  /** What kind of model it is, such as {@code qwen3}; empty if its configuration does not say. */
  String modelType() {
    return config.path("model_type").asText();
  }

  int maxPositionEmbeddings() {
    for (String place :
        new String[] {
          "/max_position_embeddings", "/text_config/max_position_embeddings", "/n_positions"
        }) {
      int positions = config.at(place).asInt();
      if (positions > 0) {
        return positions;
      }
    }
    throw new ModelFilesException(
        directory.resolve("config.json"), "has no max_position_embeddings greater than 0.");
  }

  /** The special tokens by their names, such as {@code bos_token}. */
  Map<String, String> specialTokens() {
    Map<String, String> tokens = new LinkedHashMap<>();
    tokenizerConfig
        .properties()
        .forEach(
            entry -> {
              JsonNode token = entry.getValue();
              JsonNode content = token.isObject() ? token.path("content") : token;
              if (entry.getKey().endsWith("_token") && content.isTextual()) {
                tokens.put(entry.getKey(), content.asText());
              }
            });
    return tokens;
  }

  /** The chat template, if the model has one; the file of its own counts before the setting. */
  Optional<String> chatTemplate() {
    Path file = directory.resolve("chat_template.jinja");
    if (Files.exists(file)) {
      try {
        if (Files.size(file) > MAX_TEMPLATE_BYTES) {
          throw new ModelFilesException(
              file, "has %d bytes; is this a chat template?".formatted(Files.size(file)));
        }
        return Optional.of(Files.readString(file));
      } catch (IOException e) {
        throw new ModelFilesException(file, "cannot be read: " + e.getMessage(), e);
      }
    }
    JsonNode setting = tokenizerConfig.path("chat_template");
    for (JsonNode named : setting) {
      if (named.path("name").asText().equals("default")) {
        setting = named.path("template");
      }
    }
    return setting.isTextual() ? Optional.of(setting.asText()) : Optional.empty();
  }

  private static JsonNode json(Path file) {
    if (!Files.exists(file)) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new ModelFilesException(file, "cannot be read: " + e.getMessage(), e);
    }
  }
}
