package io.streamweir.bench.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a GGUF file of version 3: keys and values, then descriptions of all tensors, then their
 * numbers, each tensor on a multiple of 32 bytes. Numbers are asked for when their turn comes, so
 * that one tensor at a time is in memory.
 */
final class GgufWriter {
  private static final int VERSION = 3;
  private static final int ALIGNMENT = 32;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final ByteArrayOutputStream keys = new ByteArrayOutputStream();
  private final List<Tensor> tensors = new ArrayList<>();
  private int keyCount;

  /** Where the numbers of a tensor come from, row-major. */
  interface Source {
    float[] read();
  }

  /**
   * @param dimensions as the checkpoint has them; GGUF lists them the other way round
   */
  private record Tensor(String name, GgufType type, int[] dimensions, Source source) {
    long bytes() {
      return type.bytes(ModelShape.elements(dimensions));
    }
  }

  void put(String key, String value) {
    key(key, STRING);
    string(value);
  }

  void put(String key, int value) {
    key(key, UINT32);
    number(Integer.BYTES, value);
  }

  void put(String key, double value) {
    key(key, FLOAT32);
    number(Integer.BYTES, Float.floatToRawIntBits((float) value));
  }

  void put(String key, boolean value) {
    key(key, BOOL);
    keys.write(value ? 1 : 0);
  }

  void putStrings(String key, List<String> values) {
    array(key, STRING, values.size());
    values.forEach(this::string);
  }

  void putInts(String key, int[] values) {
    array(key, INT32, values.length);
    for (int value : values) {
      number(Integer.BYTES, value);
    }
  }

  /** Adds a tensor; one of a single dimension is stored as F32 whatever the type. */
  void tensor(String name, GgufType type, int[] dimensions, Source source) {
    GgufType stored = dimensions.length == 1 ? GgufType.F32 : type;
    if (dimensions[dimensions.length - 1] % stored.blockSize() != 0) {
      throw new IllegalArgumentException(
          name
              + " has rows of "
              + dimensions[dimensions.length - 1]
              + " numbers; "
              + stored
              + " wants a multiple of "
              + stored.blockSize()
              + ". Export it as F32.");
    }
    tensors.add(new Tensor(name, stored, dimensions, source));
  }

  private void key(String key, int type) {
    string(key);
    number(Integer.BYTES, type);
    keyCount++;
  }

  private void array(String key, int type, int length) {
    key(key, ARRAY);
    number(Integer.BYTES, type);
    number(Long.BYTES, length);
  }

  private void string(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    number(Long.BYTES, bytes.length);
    keys.writeBytes(bytes);
  }

  /** Little-endian. */
  private void number(int bytes, long value) {
    for (int i = 0; i < bytes; i++) {
      keys.write((int) (value >>> 8 * i));
    }
  }

  private byte[] header() {
    int counted = keyCount;
    byte[] pairs = keys.toByteArray();
    keys.reset();
    keys.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    number(Integer.BYTES, VERSION);
    number(Long.BYTES, tensors.size());
    number(Long.BYTES, counted);
    keys.writeBytes(pairs);
    long offset = 0;
    for (Tensor tensor : tensors) {
      string(tensor.name());
      number(Integer.BYTES, tensor.dimensions().length);
      for (int i = tensor.dimensions().length - 1; i >= 0; i--) {
        number(Long.BYTES, tensor.dimensions()[i]);
      }
      number(Integer.BYTES, tensor.type().tensorType());
      number(Long.BYTES, offset);
      offset = aligned(offset + tensor.bytes());
    }
    while (keys.size() % ALIGNMENT != 0) {
      keys.write(0);
    }
    return keys.toByteArray();
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Writes everything; the writer is of no further use. */
  void write(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeAll(ByteBuffer.wrap(header()), channel);
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (Tensor tensor : tensors) {
        write(tensor, buffer, channel);
      }
    }
  }

  private static void write(Tensor tensor, ByteBuffer buffer, FileChannel channel)
      throws IOException {
    float[] values = tensor.source().read();
    for (int at = 0; at < values.length; at += tensor.type().blockSize()) {
      if (buffer.remaining() < tensor.type().blockBytes()) {
        flush(buffer, channel);
      }
      tensor.type().encodeBlock(values, at, buffer);
    }
    flush(buffer, channel);
    writeAll(ByteBuffer.allocate((int) (aligned(tensor.bytes()) - tensor.bytes())), channel);
  }

  private static void flush(ByteBuffer buffer, FileChannel channel) throws IOException {
    buffer.flip();
    writeAll(buffer, channel);
    buffer.clear();
  }

  private static void writeAll(ByteBuffer bytes, FileChannel channel) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
