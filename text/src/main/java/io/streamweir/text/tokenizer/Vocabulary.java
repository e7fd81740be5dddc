package io.streamweir.text.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tokens of a model: what bytes each id stands for and which ids are control tokens.
 *
 * <p>The bytes of one token need not be whole UTF-8 characters. Immutable and thread-safe.
 */
public final class Vocabulary {
  private static final byte[] NO_BYTES = {};

  private final Map<String, Integer> ids;
  private final byte[][] bytes;

  /** The same as text, for the tokens that are whole characters: most of them, and all the time. */
  private final String[] texts;

  private final BitSet special;
  private final List<AddedToken> added;
  private final int leadingSpacesDropped;

  Vocabulary(
      Map<String, Integer> modelVocabulary,
      List<AddedToken> added,
      TokenBytes spelling,
      int leadingSpacesDropped) {
    this.ids = new HashMap<>(modelVocabulary);
    this.added = List.copyOf(added);
    this.leadingSpacesDropped = leadingSpacesDropped;
    added.forEach(token -> ids.put(token.content(), token.id()));
    int largest = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    this.bytes = new byte[largest + 1][];
    this.special = new BitSet(largest + 1);
    modelVocabulary.forEach((token, id) -> bytes[id] = spelling.of(token));
    for (AddedToken token : added) {
      bytes[token.id()] = token.content().getBytes(UTF_8);
      special.set(token.id(), token.special());
    }
    this.texts = new String[bytes.length];
    for (int id = 0; id < texts.length; id++) {
      texts[id] = bytes[id] == null ? "" : wholeText(bytes[id]);
    }
  }

  private static String wholeText(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    return Arrays.equals(text.getBytes(UTF_8), bytes) ? text : null;
  }

  /**
   * Reads the vocabulary of a model directory, without a tokenizer.
   *
   * @throws ModelFilesException if its {@code tokenizer.json} is missing, broken or of an
   *     unsupported kind
   */
  public static Vocabulary read(Path modelDirectory) {
    return TokenizerJson.read(modelDirectory.resolve(TokenizerJson.FILE)).vocabulary();
  }

  /**
   * The largest id plus one. The logits of a model are often wider (padded); the ids beyond have no
   * token.
   */
  public int size() {
    return bytes.length;
  }

  /**
   * The bytes a token stands for, also of a special token (its spelling); empty for an id that has
   * no token.
   *
   * @return a copy
   * @throws IllegalArgumentException if the id is negative
   */
  public byte[] bytes(int id) {
    if (id < 0) {
      throw new IllegalArgumentException("Token id " + id + " is negative.");
    }
    return id >= bytes.length || bytes[id] == null ? NO_BYTES : bytes[id].clone();
  }

  /**
   * The text a token stands for, if its bytes are whole characters; null if they are not, so that
   * only the tokens around it can tell. As {@link #bytes}, without a copy.
   *
   * @throws IllegalArgumentException if the id is negative
   */
  public String wholeText(int id) {
    if (id < 0) {
      throw new IllegalArgumentException("Token id " + id + " is negative.");
    }
    return id >= texts.length ? "" : texts[id];
  }

  /** Whether the id is a control token, which produces no text. */
  public boolean special(int id) {
    return id >= 0 && special.get(id);
  }

  /**
   * The id of a token by its string in {@code tokenizer.json}: for added tokens the spelling, for
   * the others the model's own way of writing bytes.
   */
  public OptionalInt idOf(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * How many spaces a decoder drops from the very start of a text (1 for vocabularies that encode
   * "word" as " word").
   */
  public int leadingSpacesDropped() {
    return leadingSpacesDropped;
  }

  List<AddedToken> added() {
    return added;
  }
}
