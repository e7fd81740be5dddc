package io.streamweir.engine.checkpoint;

import io.streamweir.engine.EngineLoadException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of a model directory, in one file or in shards. Read through memory maps, no larger
 * than a piece at a time.
 */
public final class Checkpoint {
  private static final int PIECE_BYTES = 64 << 20;

  private final Path directory;
  private final Map<String, TensorEntry> entries;

  private Checkpoint(Path directory, Map<String, TensorEntry> entries) {
    this.directory = directory;
    this.entries = entries;
  }

  /**
   * Reads the headers of all files.
   *
   * @throws EngineLoadException if there are no weights, a file is corrupt, or shards and index do
   *     not agree
   */
  public static Checkpoint open(Path directory) {
    return new Checkpoint(directory, WeightFiles.readHeaders(directory));
  }

  /**
   * The files that hold the weights.
   *
   * @throws EngineLoadException if there are none, or a shard is missing
   */
  public static List<Path> files(Path directory) {
    return WeightFiles.find(directory);
  }

  /** The names of all tensors. */
  public Set<String> names() {
    return entries.keySet();
  }

  /** Where it was opened. */
  public Path directory() {
    return directory;
  }

  /**
   * Does nothing if there is a tensor of that name and shape.
   *
   * @throws EngineLoadException if the tensor is missing or has another shape
   */
  public void require(String name, long[] shape) {
    entry(name, shape);
  }

  /**
   * Converts a tensor to floats, row-major.
   *
   * @throws EngineLoadException if the tensor is missing or has another shape
   */
  public void read(String name, long[] shape, FloatTarget target) {
    TensorEntry entry = entry(name, shape);
    try (FileChannel channel = FileChannel.open(entry.file())) {
      for (long at = entry.begin(); at < entry.end(); at += PIECE_BYTES) {
        int length = (int) Math.min(PIECE_BYTES, entry.end() - at);
        MappedByteBuffer piece = channel.map(MapMode.READ_ONLY, at, length);
        entry
            .dtype()
            .toFloats(
                piece.order(ByteOrder.LITTLE_ENDIAN), target.next(length / entry.dtype().bytes()));
      }
    } catch (IOException e) {
      throw new EngineLoadException(entry.file() + ": tensor " + name + " cannot be read: " + e, e);
    }
  }

  private TensorEntry entry(String name, long[] shape) {
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
