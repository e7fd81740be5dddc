package io.streamweir.local.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A model in Hugging Face layout, as far as a deployment must know it before an engine loads it.
 *
 * @param path absolute
 */
public record ModelDirectory(Path path) {

  private static final List<String> NEEDED = List.of("config.json", "tokenizer.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  public ModelDirectory {
    path = path.toAbsolutePath().normalize();
  }

  /**
   * Makes sure that a model is there.
   *
   * @throws WeirException naming what is missing
   */
  public ModelDirectory check() {
    for (var name : NEEDED) {
      if (!Files.isRegularFile(path.resolve(name))) {
        throw new WeirException(
            "There is no %s in %s. Give a directory in Hugging Face layout: config.json, tokenizer.json, *.safetensors"
                .formatted(name, path));
      }
    }
    return this;
  }

  /** The name of the directory: what the model is called if nothing else is said. */
  public String name() {
    return path.getFileName().toString();
  }

  /** Longest prompt plus completion that the model was made for, tokens. */
  public int maxModelLen() {
    var config = path.resolve("config.json");
    try {
      var length = JSON.readTree(config.toFile()).path("max_position_embeddings").asInt();
      if (length < 1) {
        throw new WeirException(
            config + " names no max_position_embeddings; give the length: --max-model-len TOKENS");
      }
      return length;
    } catch (IOException e) {
      throw new WeirException("Cannot read " + config + ": " + e.getMessage(), e);
    }
  }
}
