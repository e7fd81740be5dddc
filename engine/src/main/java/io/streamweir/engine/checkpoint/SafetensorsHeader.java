package io.streamweir.engine.checkpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.engine.EngineLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: 8 bytes length, JSON from tensor name to dtype, shape and byte
 * range, then the data. Everything in it is checked against the file before anything is read.
 */
final class SafetensorsHeader {
  private static final int LENGTH_BYTES = 8;
  private static final long LONGEST = 100L << 20;

  /** How the text begins that Git leaves in place of a large file. */
  private static final byte[] LFS_POINTER = "version ".getBytes(StandardCharsets.US_ASCII);

  private SafetensorsHeader() {}

  /**
   * @return the tensors by name
   * @throws EngineLoadException if the file is missing, cut off or corrupt
   */
  static Map<String, TensorEntry> read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      long length = headerLength(channel, file, size);
      ByteBuffer header = readFully(channel, LENGTH_BYTES, (int) length);
      JsonNode root = parse(file, header);
      Map<String, TensorEntry> entries = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : root.properties()) {
        if (!field.getKey().equals("__metadata__")) {
          long dataStart = LENGTH_BYTES + length;
          TensorEntry entry = entry(file, field.getKey(), field.getValue(), dataStart, size);
          entries.put(entry.name(), entry);
        }
      }
      requireWhole(file, entries.values(), LENGTH_BYTES + length, size);
      return entries;
    } catch (IOException e) {
      throw new EngineLoadException(file + " cannot be read: " + e, e);
    }
  }

  private static long headerLength(FileChannel channel, Path file, long size) throws IOException {
    if (size < LENGTH_BYTES) {
      throw corrupt(file, "it has " + size + " bytes, fewer than the length of a header");
    }
    ByteBuffer start = readFully(channel, 0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (Arrays.equals(start.array(), LFS_POINTER)) {
      throw new EngineLoadException(
          file + " is a Git LFS pointer, not the weights it stands for. Run git lfs pull.");
    }
    long length = start.getLong();
    if (length < 2 || length > Math.min(LONGEST, size - LENGTH_BYTES)) {
      throw corrupt(file, "its header claims " + length + " bytes, the file has " + size);
    }
    return length;
  }

  private static JsonNode parse(Path file, ByteBuffer header) throws IOException {
    JsonNode root;
    try {
      root = JsonFile.JSON.readTree(header.array());
    } catch (JacksonException e) {
      throw corrupt(file, "its header is no JSON (" + e.getOriginalMessage() + ")");
    }
    if (!root.isObject()) {
      throw corrupt(file, "its header is no JSON object");
    }
    return root;
  }

  /** The format has neither gaps nor overlaps: what is left over is a sign of damage. */
  private static void requireWhole(
      Path file, Collection<TensorEntry> entries, long dataStart, long size) {
    long at = dataStart;
    Comparator<TensorEntry> order =
        Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end);
    for (TensorEntry entry : entries.stream().sorted(order).toList()) {
      if (entry.begin() != at) {
        throw corrupt(
            file,
            "tensor "
                + entry.name()
                + " begins at byte "
                + (entry.begin() - dataStart)
                + " of the data, the one before it ends at "
                + (at - dataStart));
      }
      at = entry.end();
    }
    if (at != size) {
      throw corrupt(file, (size - at) + " bytes after its last tensor belong to none");
    }
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    int read = 0;
    while (read >= 0 && buffer.hasRemaining()) {
      read = channel.read(buffer, position + buffer.position());
    }
    return buffer.flip();
  }

  private static TensorEntry entry(
      Path file, String name, JsonNode node, long dataStart, long fileSize) {
    TensorDtype dtype = dtype(file, name, node.path("dtype").asText());
    List<Long> shape = new ArrayList<>();
    node.path("shape").forEach(dim -> shape.add(dim.asLong(-1)));
    long begin = node.path("data_offsets").path(0).asLong(-1);
    long end = node.path("data_offsets").path(1).asLong(-1);
    if (begin < 0 || end < begin || dataStart + end > fileSize) {
      throw corrupt(
          file,
          "tensor "
              + name
              + " claims bytes "
              + begin
              + " to "
              + end
              + " of the "
              + (fileSize - dataStart)
              + " bytes of data");
    }
    TensorEntry entry =
        new TensorEntry(file, name, dtype, List.copyOf(shape), dataStart + begin, dataStart + end);
    if (shape.stream().anyMatch(dim -> dim < 0)
        || entry.elements() * dtype.bytes() != end - begin) {
      throw corrupt(
          file,
          "tensor "
              + name
              + " of shape "
              + shape
              + " and dtype "
              + dtype
              + " does not take the "
              + (end - begin)
              + " bytes it claims");
    }
    return entry;
  }

  private static TensorDtype dtype(Path file, String tensor, String name) {
    for (TensorDtype dtype : TensorDtype.values()) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    throw new EngineLoadException(
        file
            + ": tensor "
            + tensor
            + " has the dtype "
            + name
            + "; this engine reads F32, F16 and BF16. Convert the checkpoint.");
  }

  private static EngineLoadException corrupt(Path file, String why) {
    return new EngineLoadException(
        file
            + " is no intact safetensors file: "
            + why
            + ". Was the download cut off? Fetch it again.");
  }
}
