package io.streamweir.engine.reference;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** Writes tensors as a safetensors file. */
public final class SafetensorsWriter {
  private SafetensorsWriter() {}

  /** How numbers are stored. */
  public enum Dtype {
    F32,
    F16,
    BF16;

    int bytes() {
      return this == F32 ? 4 : 2;
    }

    /** The nearest number that the format has. */
    float round(float value) {
      return switch (this) {
        case F32 -> value;
        case F16 -> fromHalf(toHalf(value));
        case BF16 -> Float.intBitsToFloat((Float.floatToIntBits(value) + 0x8000) & 0xffff0000);
      };
    }

    void write(float rounded, ByteBuffer into) {
      switch (this) {
        case F32 -> into.putFloat(rounded);
        case F16 -> into.putShort(toHalf(rounded));
        case BF16 -> into.putShort((short) (Float.floatToRawIntBits(rounded) >>> 16));
      }
    }
  }

  /** A tensor, row-major. */
  public record Tensor(String name, float[] values, int... shape) {}

  public static void write(Path file, Dtype dtype, Collection<Tensor> tensors) {
    ObjectNode header = new ObjectMapper().createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    long at = 0;
    for (Tensor tensor : tensors) {
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", dtype.name());
      var shape = entry.putArray("shape");
      for (int dim : tensor.shape()) {
        shape.add(dim);
      }
      long end = at + (long) tensor.values().length * dtype.bytes();
      entry.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate((int) (8 + json.length + at)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    for (Tensor tensor : tensors) {
      for (float value : tensor.values()) {
        dtype.write(value, bytes);
      }
    }
    try {
      Files.write(file, bytes.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Truncates towards zero; for normal numbers and zero, which is what the tests store. */
  private static short toHalf(float value) {
    int bits = Float.floatToIntBits(value);
    int exponent = ((bits >>> 23) & 0xff) - 112;
    if (Float.isNaN(value)) {
      return 0x7e00;
    }
    if (exponent <= 0) {
      return (short) ((bits >>> 16) & 0x8000);
    }
    return (short) (((bits >>> 16) & 0x8000) | exponent << 10 | (bits >>> 13) & 0x3ff);
  }

  private static float fromHalf(short half) {
    int exponent = (half >> 10) & 0x1f;
    double magnitude =
        exponent == 0 ? 0 : (1 + (half & 0x3ff) / 1024.0) * Math.pow(2, exponent - 15);
    return (float) (half < 0 ? -magnitude : magnitude);
  }
}
