package io.streamweir.text.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A parsed {@code tokenizer.json}: what the native library does not tell about it. One use only,
 * because it can be rewritten in place.
 */
final class TokenizerJson {
  static final String FILE = "tokenizer.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final JsonNode root;

  private TokenizerJson(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static TokenizerJson read(Path file) {
    try {
      return new TokenizerJson(file, JSON.readTree(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      throw new ModelFilesException(
          file, "no such file; a model directory needs the tokenizer in this form.", e);
    } catch (IOException e) {
      throw new ModelFilesException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  Vocabulary vocabulary() {
    String type = root.at("/model/type").asText("BPE");
    if (!type.equals("BPE")) {
      throw unsupported("model type " + type, "only BPE models are supported");
    }
    return new Vocabulary(modelVocabulary(), addedTokens(), tokenBytes(), leadingSpacesDropped());
  }

  /**
   * The file with every control token spelled differently, here and in the model's vocabulary. A
   * new name is never the result of a merge, and is looked for in the text as it is.
   */
  byte[] withControlTokensNamed(IntFunction<String> name) {
    ObjectNode model = (ObjectNode) root.path("model");
    for (JsonNode node : root.path("added_tokens")) {
      if (!node.path("special").asBoolean()) {
        continue;
      }
      ObjectNode token = (ObjectNode) node;
      String old = token.path("content").asText();
      String renamed = name.apply(token.path("id").intValue());
      token.put("content", renamed).put("normalized", false).put("single_word", false);
      JsonNode id = ((ObjectNode) model.path("vocab")).remove(old);
      if (id != null) {
        ((ObjectNode) model.path("vocab")).set(renamed, id);
      }
      if (model.path("unk_token").asText().equals(old)) {
        model.put("unk_token", renamed);
      }
    }
    ((ObjectNode) root).putNull("post_processor");
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new ModelFilesException(file, "cannot be rewritten: " + e.getMessage(), e);
    }
  }

  private Map<String, Integer> modelVocabulary() {
    Map<String, Integer> ids = new HashMap<>();
    root.at("/model/vocab")
        .properties()
        .forEach(entry -> ids.put(entry.getKey(), requireId(entry.getValue(), entry.getKey())));
    if (ids.isEmpty()) {
      throw new ModelFilesException(file, "/model/vocab is missing or empty.");
    }
    return ids;
  }

  private List<AddedToken> addedTokens() {
    List<AddedToken> tokens = new ArrayList<>();
    for (JsonNode token : root.path("added_tokens")) {
      String content = token.path("content").asText();
      int id = requireId(token.path("id"), content);
      boolean special = token.path("special").asBoolean();
      boolean normalized = token.path("normalized").asBoolean(!special);
      tokens.add(new AddedToken(id, content, special, normalized));
    }
    return tokens;
  }

  private int requireId(JsonNode id, String token) {
    if (!id.canConvertToInt() || id.intValue() < 0) {
      throw new ModelFilesException(file, "token '" + token + "' has the id " + id + ".");
    }
    return id.intValue();
  }

  private TokenBytes tokenBytes() {
    if (hasStep("decoder", "ByteLevel") || hasStep("pre_tokenizer", "ByteLevel")) {
      return new ByteLevelBytes();
    }
    if (root.at("/model/byte_fallback").asBoolean() || hasStep("decoder", "ByteFallback")) {
      return new ByteFallbackBytes();
    }
    throw unsupported(
        "decoder " + root.at("/decoder/type").asText("none"),
        "only byte-level and byte-fallback vocabularies can spell every text");
  }

  private int leadingSpacesDropped() {
    for (JsonNode step : steps("decoder")) {
      String type = step.path("type").asText();
      if (type.equals("Strip") && step.path("content").asText().equals(" ")) {
        return step.path("start").asInt();
      }
      if (type.equals("Metaspace")) {
        boolean prepends =
            step.has("prepend_scheme")
                ? !step.path("prepend_scheme").asText().equals("never")
                : step.path("add_prefix_space").asBoolean(true);
        return prepends ? 1 : 0;
      }
    }
    return 0;
  }

  private boolean hasStep(String section, String type) {
    return steps(section).stream().anyMatch(step -> step.path("type").asText().equals(type));
  }

  /** The steps of a section that may be a single one or a Sequence. */
  private List<JsonNode> steps(String section) {
    JsonNode node = root.path(section);
    if (!node.path("type").asText().equals("Sequence")) {
      return List.of(node);
    }
    List<JsonNode> steps = new ArrayList<>();
    node.path(section.equals("decoder") ? "decoders" : "pretokenizers").forEach(steps::add);
    return steps;
  }

  private ModelFilesException unsupported(String found, String reason) {
    return new ModelFilesException(
        file, "has the " + found + ", but " + reason + "; convert the tokenizer.");
  }
}
