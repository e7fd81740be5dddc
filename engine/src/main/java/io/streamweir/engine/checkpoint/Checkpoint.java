package io.streamweir.engine.checkpoint;

import io.streamweir.engine.EngineLoadException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The tensors of a model directory: {@code model.safetensors}, or the shards that {@code
 * model.safetensors.index.json} lists. Read through memory maps, no larger than a piece at a time.
 */
public final class Checkpoint {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final int PIECE_BYTES = 64 << 20;

  private final Path directory;
  private final Map<String, TensorEntry> entries;

  private Checkpoint(Path directory, Map<String, TensorEntry> entries) {
    this.directory = directory;
    this.entries = entries;
  }

  /**
   * @throws EngineLoadException if there are no weights or a file is corrupt
   */
  public static Checkpoint open(Path directory) {
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    for (Path file : files(directory)) {
      entries.putAll(SafetensorsHeader.read(file));
    }
    return new Checkpoint(directory, entries);
  }

  /**
   * The files that hold the weights.
   *
   * @throws EngineLoadException if there are none, or a shard is missing
   */
  public static List<Path> files(Path directory) {
    Path single = directory.resolve(SINGLE);
    if (Files.isRegularFile(single)) {
      return List.of(single);
    }
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
    TreeSet<String> shards = new TreeSet<>();
    JsonFile.read(index).node("weight_map").forEach(shard -> shards.add(shard.asText()));
    if (shards.isEmpty()) {
      throw new EngineLoadException(index + " lists no shards in \"weight_map\".");
    }
    return shards.stream().map(shard -> shard(index, shard)).toList();
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

  public boolean has(String name) {
    return entries.containsKey(name);
  }

  /**
   * Converts a tensor to floats, row-major, into {@code target} from its position on.
   *
   * @throws EngineLoadException if the tensor is missing or has another shape
   */
  public void read(String name, long[] shape, FloatBuffer target) {
    TensorEntry entry = require(name, shape);
    try (FileChannel channel = FileChannel.open(entry.file())) {
      for (long at = entry.begin(); at < entry.end(); at += PIECE_BYTES) {
        long length = Math.min(PIECE_BYTES, entry.end() - at);
        var piece = channel.map(MapMode.READ_ONLY, at, length).order(ByteOrder.LITTLE_ENDIAN);
        entry.dtype().toFloats(piece, target);
      }
    } catch (IOException e) {
      throw new EngineLoadException(entry.file() + ": tensor " + name + " cannot be read: " + e, e);
    }
  }

  private TensorEntry require(String name, long[] shape) {
    TensorEntry entry = entries.get(name);
    if (entry == null) {
      throw new EngineLoadException(
          "The checkpoint "
              + directory
              + " has no tensor "
              + name
              + ", which its config.json calls for. Do config and weights belong together?");
    }
    List<Long> wanted = Arrays.stream(shape).boxed().toList();
    if (!entry.shape().equals(wanted)) {
      throw new EngineLoadException(
          entry.file()
              + ": tensor "
              + name
              + " has the shape "
              + entry.shape()
              + ", config.json calls for "
              + wanted
              + ". Do config and weights belong together?");
    }
    return entry;
  }
}
