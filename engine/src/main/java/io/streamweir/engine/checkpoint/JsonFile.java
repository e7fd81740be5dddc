package io.streamweir.engine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.engine.EngineLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A JSON object in a file, whose missing and wrong values are told by name. */
final class JsonFile {
  static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final JsonNode root;

  private JsonFile(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  /**
   * @throws EngineLoadException if the file is missing or no JSON object
   */
  static JsonFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new EngineLoadException(
          file + " does not exist; a model directory in the Hugging Face layout has one.");
    }
    try {
      JsonNode root = JSON.readTree(file.toFile());
      if (root == null || !root.isObject()) {
        throw new EngineLoadException(file + " is not a JSON object.");
      }
      return new JsonFile(file, root);
    } catch (IOException e) {
      throw new EngineLoadException(file + " cannot be read as JSON: " + e.getMessage(), e);
    }
  }

  /** The object under a name, empty if there is none. */
  JsonFile object(String name) {
    JsonNode node = root.path(name);
    return new JsonFile(file, node.isObject() ? node : JSON.createObjectNode());
  }

  boolean has(String name) {
    return root.hasNonNull(name);
  }

  JsonNode node(String name) {
    return root.path(name);
  }

  int requirePositive(String name) {
    return positive(name, -1);
  }

  int positive(String name, int missing) {
    JsonNode node = root.path(name);
    int value = node.isMissingNode() || node.isNull() ? missing : node.asInt(-1);
    if (value < 1) {
      throw invalid(name, "a whole number of at least 1");
    }
    return value;
  }

  double positive(String name, double missing) {
    JsonNode node = root.path(name);
    double value = node.isMissingNode() || node.isNull() ? missing : node.asDouble(-1);
    if (!(value > 0) || Double.isInfinite(value)) {
      throw invalid(name, "a number above 0");
    }
    return value;
  }

  boolean flag(String name, boolean missing) {
    return root.path(name).asBoolean(missing);
  }

  String text(String name, String missing) {
    return root.hasNonNull(name) ? root.get(name).asText() : missing;
  }

  EngineLoadException invalid(String name, String wanted) {
    JsonNode node = root.path(name);
    return new EngineLoadException(
        file
            + ": \""
            + name
            + "\" is "
            + (node.isMissingNode() ? "missing" : node)
            + ", must be "
            + wanted
            + ".");
  }
}
