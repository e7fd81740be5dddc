package io.streamweir.models.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Hugging Face {@code tokenizer.json} of a {@link BpeTokenizer}. */
public final class TokenizerJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenizerJson() {}

  /** Writes what the {@code tokenizers} library needs to encode exactly as the given tokenizer. */
  public static void write(BpeTokenizer tokenizer, Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (String special : tokenizer.specials()) {
      added
          .addObject()
          .put("id", tokenizer.id(special))
          .put("content", special)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    root.putNull("normalizer");
    ObjectNode pre = root.putObject("pre_tokenizer").put("type", "Sequence");
    ArrayNode steps = pre.putArray("pretokenizers");
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", PreTokenizer.PATTERN);
    split.put("behavior", "Isolated").put("invert", false);
    byteLevel(steps.addObject());
    root.putNull("post_processor");
    byteLevel(root.putObject("decoder"));
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    tokenizer.vocabulary().entrySet().stream()
        .filter(entry -> !tokenizer.specials().contains(entry.getKey()))
        .forEach(entry -> vocabulary.put(entry.getKey(), entry.getValue()));
    ArrayNode merges = model.putArray("merges");
    tokenizer.merges().forEach(merge -> merges.add(merge.left() + " " + merge.right()));
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
  }

  private static void byteLevel(ObjectNode node) {
    node.put("type", "ByteLevel");
    node.put("add_prefix_space", false).put("trim_offsets", false).put("use_regex", false);
  }

  /** Reads back what {@link #write} wrote; other tokenizers of the format are not understood. */
  public static BpeTokenizer read(Path file) throws IOException {
    JsonNode root = JSON.readTree(file.toFile());
    List<Merge> merges = new ArrayList<>();
    for (JsonNode merge : root.path("model").path("merges")) {
      String[] pair = merge.asText().split(" ");
      merges.add(new Merge(pair[0], pair[1]));
    }
    List<String> specials = new ArrayList<>();
    root.path("added_tokens").forEach(token -> specials.add(token.path("content").asText()));
    return new BpeTokenizer(merges, specials);
  }
}
