package io.streamweir.models.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The safetensors format, bf16 only: length of the header (8 bytes, little endian), header (JSON:
 * name to dtype, shape and byte range), data.
 */
public final class Safetensors {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Safetensors() {}

  /**
   * Writes consecutive tensors.
   *
   * @param values the elements of all tensors in the order of {@code tensors}; rounded to bf16
   */
  public static void write(Path file, List<TensorSpec> tensors, float[] values) throws IOException {
    byte[] header = header(tensors);
    ByteBuffer out =
        ByteBuffer.allocate(Long.BYTES + header.length + 2 * values.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(header.length).put(header);
    for (float value : values) {
      out.putShort(BFloat16.fromFloat(value));
    }
    Files.write(file, out.array());
  }

  private static byte[] header(List<TensorSpec> tensors) {
    ObjectNode header = JSON.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    long start = 0;
    for (TensorSpec tensor : tensors) {
      long end = start + 2L * tensor.size();
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", "BF16");
      tensor.shape().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(start).add(end);
      start = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    byte[] aligned = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(aligned, json.length, aligned.length, (byte) ' ');
    return aligned;
  }

  /**
   * Reads the given tensors into one array, in their order.
   *
   * @throws IOException if one is missing, has another shape or is not bf16
   */
  public static float[] read(Path file, List<TensorSpec> tensors) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] json = new byte[Math.toIntExact(in.getLong())];
    in.get(json);
    JsonNode header = JSON.readTree(json);
    ByteBuffer data = in.slice().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[tensors.stream().mapToInt(TensorSpec::size).sum()];
    int next = 0;
    for (TensorSpec tensor : tensors) {
      JsonNode entry = header.path(tensor.name());
      ObjectNode expected = JSON.createObjectNode().put("dtype", "BF16");
      tensor.shape().forEach(expected.putArray("shape")::add);
      if (!entry.path("dtype").equals(expected.path("dtype"))
          || !entry.path("shape").equals(expected.path("shape"))) {
        throw new IOException(
            "%s: tensor %s should be %s but the file has %s"
                .formatted(file, tensor.name(), expected, entry));
      }
      data.position(entry.path("data_offsets").path(0).asInt());
      for (int i = 0; i < tensor.size(); i++) {
        values[next++] = BFloat16.toFloat(data.getShort());
      }
    }
    return values;
  }
}
