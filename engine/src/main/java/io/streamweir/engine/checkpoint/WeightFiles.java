package io.streamweir.engine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.engine.EngineLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The files of a model directory that hold its weights: {@code model.safetensors}, or the shards
 * that {@code model.safetensors.index.json} lists.
 */
final class WeightFiles {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private WeightFiles() {}

  /**
   * @throws EngineLoadException if there are none, or a shard is missing
   */
  static List<Path> find(Path directory) {
    Path single = directory.resolve(SINGLE);
    return Files.isRegularFile(single)
        ? List.of(single)
        : new TreeSet<>(shardOfTensor(directory).values()).stream().toList();
  }

  /**
   * Reads the headers.
   *
   * @return the tensors by name
   * @throws EngineLoadException if a file is corrupt, or files and index do not agree
   */
  static Map<String, TensorEntry> readHeaders(Path directory) {
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    for (Path file : find(directory)) {
      for (TensorEntry entry : SafetensorsHeader.read(file).values()) {
        TensorEntry other = entries.put(entry.name(), entry);
        if (other != null) {
          throw new EngineLoadException(
              "The tensor "
                  + entry.name()
                  + " is in both "
                  + other.file()
                  + " and "
                  + file
                  + ". Are these shards of one checkpoint? Fetch it again.");
        }
      }
    }
    if (!Files.isRegularFile(directory.resolve(SINGLE))) {
      shardOfTensor(directory).forEach((name, file) -> requireIn(entries, name, file, directory));
    }
    return entries;
  }

  private static void requireIn(
      Map<String, TensorEntry> entries, String name, Path shard, Path directory) {
    TensorEntry entry = entries.get(name);
    if (entry == null || !entry.file().equals(shard)) {
      throw new EngineLoadException(
          directory.resolve(INDEX)
              + " has the tensor "
              + name
              + " in "
              + shard.getFileName()
              + ", but it is "
              + (entry == null ? "in no shard" : "in " + entry.file().getFileName())
              + ". Index and shards are not of one checkpoint; fetch it again.");
    }
  }

  private static Map<String, Path> shardOfTensor(Path directory) {
    Path index = directory.resolve(INDEX);
    if (!Files.isRegularFile(index)) {
      throw new EngineLoadException(
          directory
              + " has neither "
              + SINGLE
              + " nor "
              + INDEX
              + "; this engine reads no others.");
    }
    JsonNode map = JsonFile.read(index).node("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new EngineLoadException(index + " lists no shards in \"weight_map\".");
    }
    Map<String, Path> shards = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> tensor : map.properties()) {
      shards.put(tensor.getKey(), shard(index, tensor.getValue().asText()));
    }
    return shards;
  }

  private static Path shard(Path index, String name) {
    Path directory = index.getParent();
    Path file = directory.resolve(name).normalize();
    if (!file.startsWith(directory.normalize()) || !Files.isRegularFile(file)) {
      throw new EngineLoadException(
          index + " lists the shard " + name + ", which is not there. Fetch the whole checkpoint.");
    }
    return file;
  }
}
