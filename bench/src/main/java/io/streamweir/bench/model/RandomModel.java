package io.streamweir.bench.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A Hugging Face directory with random weights in bf16: what a model of that shape costs, without
 * the model. The weights are scaled such that logits spread over some units at any width.
 */
public final class RandomModel {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BUFFER_BYTES = 1 << 20;
  private static final double LOGIT_SPREAD = 4;
  private static final double BIAS = 0.3;
  private static final double NORM = 0.2;

  /** Standard deviation of a number that is uniform in -1..1. */
  private static final double UNIFORM = 1 / Math.sqrt(3);

  private RandomModel() {}

  /** Writes configuration, weights and tokenizer; the same seed makes the same files. */
  public static void write(Path directory, ModelShape shape, long seed) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("config.json"), config(shape).toPrettyString());
    RandomTokenizer.write(directory, shape);
    weights(directory.resolve("model.safetensors"), shape, new SplittableRandom(seed));
  }

  private static ObjectNode config(ModelShape shape) {
    ObjectNode config = JSON.createObjectNode();
    config.putArray("architectures").add(shape.className());
    return config
        .put("model_type", shape.architecture())
        .put("vocab_size", shape.vocabSize())
        .put("hidden_size", shape.hiddenSize())
        .put("intermediate_size", shape.intermediateSize())
        .put("num_hidden_layers", shape.layers())
        .put("num_attention_heads", shape.heads())
        .put("num_key_value_heads", shape.kvHeads())
        .put("max_position_embeddings", shape.maxPositions())
        .put("rope_theta", 1_000_000.0)
        .put("rms_norm_eps", 1e-6)
        .put("hidden_act", "silu")
        .put("tie_word_embeddings", shape.tied())
        .put("torch_dtype", "bfloat16")
        .put("eos_token_id", shape.endToken());
  }

  private static void weights(Path file, ModelShape shape, SplittableRandom random)
      throws IOException {
    Map<String, int[]> tensors = shape.tensors();
    byte[] header = header(tensors);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      buffer.putLong(header.length);
      flush(buffer, channel);
      channel.write(ByteBuffer.wrap(header));
      for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
        double center = isNorm(tensor.getKey()) ? 1 : 0;
        double scale = scale(tensor.getKey(), tensor.getValue()) / UNIFORM;
        for (long left = ModelShape.elements(tensor.getValue()); left > 0; left--) {
          if (!buffer.hasRemaining()) {
            flush(buffer, channel);
          }
          double uniform = random.nextInt() * 0x1p-31;
          buffer.putShort(bf16((float) (center + uniform * scale)));
        }
        flush(buffer, channel);
      }
    }
  }

  private static byte[] header(Map<String, int[]> tensors) {
    ObjectNode header = JSON.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    long at = 0;
    for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "BF16");
      var dimensions = entry.putArray("shape");
      for (int dimension : tensor.getValue()) {
        dimensions.add(dimension);
      }
      long end = at + Short.BYTES * ModelShape.elements(tensor.getValue());
      entry.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    return header.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void flush(ByteBuffer buffer, FileChannel channel) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  private static boolean isNorm(String tensor) {
    return tensor.endsWith("norm.weight");
  }

  private static double scale(String tensor, int[] dimensions) {
    if (isNorm(tensor)) {
      return NORM;
    }
    if (dimensions.length == 1) {
      return BIAS;
    }
    boolean vocabulary = tensor.startsWith("model.embed") || tensor.startsWith("lm_head");
    return (vocabulary ? LOGIT_SPREAD : 1) / Math.sqrt(dimensions[1]);
  }

  private static short bf16(float value) {
    return (short) ((Float.floatToRawIntBits(value) + 0x8000) >>> 16);
  }
}
