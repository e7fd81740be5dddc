package io.streamweir.bench.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A byte-level tokenizer without merges. Tokens 0 to 93 are the printable ASCII characters from
 * {@code !} on, so a text of these is one token a character; further ones are the other bytes, then
 * words that no text is split into; the last one ends a text.
 */
final class RandomTokenizer {
  static final String END = "<|end|>";
  private static final int BYTES = 256;
  private static final int BEYOND_LATIN = 256;

  private RandomTokenizer() {}

  static void write(Path directory, ModelShape shape) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode().put("version", "1.0");
    root.putNull("truncation").putNull("padding").putNull("normalizer").putNull("post_processor");
    root.putArray("added_tokens")
        .addObject()
        .put("id", shape.endToken())
        .put("content", END)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
    byteLevel(root.putObject("pre_tokenizer"));
    byteLevel(root.putObject("decoder"));
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false);
    ObjectNode vocabulary = model.putObject("vocab");
    String[] characters = characters();
    for (int id = 0; id < shape.endToken(); id++) {
      vocabulary.put(id < characters.length ? characters[id] : "w" + id, id);
    }
    model.putArray("merges");
    Files.writeString(directory.resolve("tokenizer.json"), mapper.writeValueAsString(root));
  }

  private static void byteLevel(ObjectNode node) {
    node.put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
  }

  /** How byte-level tokenizers spell the bytes: the printable ones first. */
  private static String[] characters() {
    String[] characters = new String[BYTES];
    int at = 0;
    for (int b = '!'; b <= '~'; b++) {
      characters[at++] = Character.toString(b);
    }
    for (int b = 0xa1; b <= 0xff; b++) {
      if (b != 0xad) {
        characters[at++] = Character.toString(b);
      }
    }
    for (int b = BEYOND_LATIN; at < BYTES; b++) {
      characters[at++] = Character.toString(b);
    }
    return characters;
  }
}
