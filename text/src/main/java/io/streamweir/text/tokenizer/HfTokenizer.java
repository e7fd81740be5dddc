package io.streamweir.text.tokenizer;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.tokenizer.ControlTokens.Occurrence;
import java.nio.file.Path;
import java.util.List;

/**
 * The tokenizer of a model directory in the Hugging Face layout.
 *
 * <p>Truncates nothing and pads nothing. Thread-safe; {@link #close} waits for running calls. The
 * time and memory of encoding grow with the text (some 100 bytes a character): bound it first.
 */
public final class HfTokenizer implements AutoCloseable {
  private final Vocabulary vocabulary;
  private final ControlTokens controlTokens;
  private final boolean controlTokensNormalized;
  private final NativeTokenizer tokenizer;
  private final GuardedTokenizer guarded;

  private HfTokenizer(Vocabulary vocabulary, NativeTokenizer tokenizer, GuardedTokenizer guarded) {
    this.vocabulary = vocabulary;
    this.tokenizer = tokenizer;
    this.guarded = guarded;
    this.controlTokens = new ControlTokens(vocabulary.added());
    this.controlTokensNormalized =
        vocabulary.added().stream().anyMatch(token -> token.special() && token.normalized());
  }

  /**
   * Reads {@code tokenizer.json} of a model directory. For the vocabulary alone, {@link
   * Vocabulary#read} takes a fraction of the time and memory.
   *
   * @throws ModelFilesException if the file is missing, broken or of an unsupported kind
   */
  public static HfTokenizer load(Path modelDirectory) {
    Path file =
        requireNonNull(modelDirectory, "modelDirectory is null").resolve(TokenizerJson.FILE);
    TokenizerJson json = TokenizerJson.read(file);
    Vocabulary vocabulary = json.vocabulary();
    NativeTokenizer tokenizer = NativeTokenizer.load(file);
    try {
      return new HfTokenizer(vocabulary, tokenizer, GuardedTokenizer.of(file, json, vocabulary));
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * The token ids of a text, with nothing added. Added tokens that are spelled in the text are
   * recognised, control tokens among them.
   *
   * @throws InvalidTextException if the text has a lone surrogate
   * @throws IllegalStateException after {@link #close}
   */
  public int[] encode(String text) {
    return tokenizer.encode(WellFormedText.require(text));
  }

  /**
   * As {@link #encode(String)}, with the tokens around it that the model expects of a text that no
   * chat template has written, a begin-of-text token for instance.
   */
  public int[] encodePlainPrompt(String text) {
    return tokenizer.encode(WellFormedText.require(text), true);
  }

  /**
   * As {@link #encode(String)}, but a control token that is spelled in a part of the text that is
   * not trusted stays ordinary text. Where no such part spells one, the result is the same.
   *
   * @throws InvalidTextException if the text has a lone surrogate, or if control tokens have to be
   *     kept apart and it has the noncharacter U+FDD0
   */
  public int[] encode(String text, TrustedSpans spans) {
    WellFormedText.require(text);
    List<Occurrence> spelled = controlTokens.in(text);
    List<Occurrence> meant =
        spelled.stream().filter(found -> spans.trusted(found.start(), found.end())).toList();
    boolean allMeant = meant.size() == spelled.size() && !controlTokensNormalized;
    return allMeant ? tokenizer.encode(text) : guarded.encode(text, meant);
  }

  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public void close() {
    tokenizer.close();
    guarded.close();
  }
}
