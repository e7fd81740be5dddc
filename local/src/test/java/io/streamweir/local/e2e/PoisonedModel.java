package io.streamweir.local.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A copy of a Qwen2 model in which one token's embedding is not a number: a sequence that reads
 * that token, and no other, gets logits that are none.
 */
final class PoisonedModel {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final short NOT_A_NUMBER_BF16 = 0x7FC0;

  private PoisonedModel() {}

  /**
   * Writes the copy. Output embeddings, shared with the input ones in the original, become a clean
   * tensor of their own.
   *
   * @param token id of the poisoned token
   */
  static void write(Path original, Path copy, int token) throws IOException {
    Files.createDirectories(copy);
    for (var name :
        new String[] {"tokenizer.json", "tokenizer_config.json", "generation_config.json"}) {
      Files.copy(original.resolve(name), copy.resolve(name));
    }
    var config = (ObjectNode) JSON.readTree(Files.readString(original.resolve("config.json")));
    config.put("tie_word_embeddings", false);
    Files.writeString(copy.resolve("config.json"), JSON.writeValueAsString(config));
    Files.write(
        copy.resolve("model.safetensors"),
        poison(Files.readAllBytes(original.resolve("model.safetensors")), token));
  }

  private static byte[] poison(byte[] file, int token) throws IOException {
    var buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    var headerLength = (int) buffer.getLong();
    var header = (ObjectNode) JSON.readTree(file, Long.BYTES, headerLength);
    var data =
        ByteBuffer.wrap(file, Long.BYTES + headerLength, file.length - Long.BYTES - headerLength)
            .slice();
    var tensor = (ObjectNode) header.get(EMBEDDING);
    var begin = tensor.path("data_offsets").path(0).asInt();
    var end = tensor.path("data_offsets").path(1).asInt();

    var output = tensor.deepCopy();
    output.putArray("data_offsets").add(data.capacity()).add(data.capacity() + end - begin);
    header.set("lm_head.weight", output);
    var newHeader = JSON.writeValueAsBytes(header);

    var result =
        ByteBuffer.allocate(Long.BYTES + newHeader.length + data.capacity() + end - begin)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(newHeader.length)
            .put(newHeader);
    var dataAt = result.position();
    result.put(data.duplicate()).put(data.duplicate().position(begin).limit(end));
    var rowBytes = (end - begin) / tensor.path("shape").path(0).asInt();
    result.putShort(dataAt + begin + token * rowBytes, NOT_A_NUMBER_BF16);
    return result.array();
  }
}
