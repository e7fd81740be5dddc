package io.streamweir.text.tokenizer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes small but genuine {@code tokenizer.json} files, so that no vocabulary is committed. */
public final class TinyTokenizers {
  public static final int END_OF_TEXT = 262;
  public static final int IM_START = 263;
  public static final int IM_END = 264;
  public static final int THINK = 265;

  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyTokenizers() {}

  /**
   * A byte-level BPE of the Qwen2 kind: 256 bytes (id = byte), the merges "he", "ll", "hell",
   * "hello", " w" and "or" (256 to 261), three control tokens and the ordinary added token {@code
   * <think>}.
   */
  public static Path byteLevel(Path directory) throws IOException {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    ObjectNode model = root.putObject("model").put("type", "BPE").put("byte_fallback", false);
    ObjectNode vocab = model.putObject("vocab");
    for (int b = 0; b < 256; b++) {
      vocab.put(String.valueOf(ByteLevelBytes.charOf(b)), b);
    }
    ArrayNode merges = model.putArray("merges");
    merge(vocab, merges, "h", "e");
    merge(vocab, merges, "l", "l");
    merge(vocab, merges, "he", "ll");
    merge(vocab, merges, "hell", "o");
    merge(vocab, merges, "\u0120", "w");
    merge(vocab, merges, "o", "r");
    root.putObject("normalizer").put("type", "NFC");
    root.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", true);
    root.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
    ArrayNode added = root.putArray("added_tokens");
    addToken(added, END_OF_TEXT, "<|endoftext|>", true);
    addToken(added, IM_START, "<|im_start|>", true);
    addToken(added, IM_END, "<|im_end|>", true);
    addToken(added, THINK, "<think>", false);
    return write(directory, root);
  }

  /**
   * A byte-fallback BPE of the Llama 2 kind: unk, bos, eos (0 to 2), the bytes (3 to 258), U+2581,
   * the letters "a" to "z", the merge "hi" and U+2581 + "hi"; prepends one space to a text.
   */
  public static Path byteFallback(Path directory) throws IOException {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    ObjectNode model =
        root.putObject("model")
            .put("type", "BPE")
            .put("unk_token", "<unk>")
            .put("fuse_unk", true)
            .put("byte_fallback", true);
    ObjectNode vocab = model.putObject("vocab").put("<unk>", 0).put("<s>", 1).put("</s>", 2);
    for (int b = 0; b < 256; b++) {
      vocab.put("<0x%02X>".formatted(b), 3 + b);
    }
    vocab.put("\u2581", vocab.size());
    for (char c = 'a'; c <= 'z'; c++) {
      vocab.put(String.valueOf(c), vocab.size());
    }
    ArrayNode merges = model.putArray("merges");
    merge(vocab, merges, "h", "i");
    merge(vocab, merges, "\u2581", "hi");
    ArrayNode normalizers =
        root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    normalizers.addObject().put("type", "Prepend").put("prepend", "\u2581");
    replace(normalizers, " ", "\u2581");
    root.putNull("pre_tokenizer");
    ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
    replace(decoders, "\u2581", " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    ArrayNode added = root.putArray("added_tokens");
    addToken(added, 0, "<unk>", true);
    addToken(added, 1, "<s>", true);
    addToken(added, 2, "</s>", true);
    return write(directory, root);
  }

  private static void replace(ArrayNode steps, String from, String to) {
    ObjectNode step = steps.addObject().put("type", "Replace");
    step.putObject("pattern").put("String", from);
    step.put("content", to);
  }

  private static void merge(ObjectNode vocab, ArrayNode merges, String left, String right) {
    merges.add(left + " " + right);
    vocab.put(left + right, vocab.size());
  }

  private static void addToken(ArrayNode added, int id, String content, boolean special) {
    added
        .addObject()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", special);
  }

  private static Path write(Path directory, ObjectNode root) throws IOException {
    JSON.writeValue(directory.resolve("tokenizer.json").toFile(), root);
    return Files.createDirectories(directory);
  }
}
