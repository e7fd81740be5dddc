package io.streamweir.text.tokenizer;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * The tokenizer of a model directory in the Hugging Face layout.
 *
 * <p>Adds no token by itself, truncates nothing and pads nothing: a chat template or the caller has
 * already written what the model shall see. Thread-safe; {@link #close} waits for running calls.
 */
public final class HfTokenizer implements AutoCloseable {
  private final Vocabulary vocabulary;
  private final NativeTokenizer tokenizer;

  private HfTokenizer(Vocabulary vocabulary, NativeTokenizer tokenizer) {
    this.vocabulary = vocabulary;
    this.tokenizer = tokenizer;
  }

  /**
   * Reads {@code tokenizer.json} of a model directory.
   *
   * @throws ModelFilesException if the file is missing, broken or of an unsupported kind
   */
  public static HfTokenizer load(Path modelDirectory) {
    Path file = requireNonNull(modelDirectory, "modelDirectory is null").resolve("tokenizer.json");
    TokenizerJson json = TokenizerJson.read(file);
    return new HfTokenizer(json.vocabulary(), NativeTokenizer.load(file));
  }

  /**
   * The token ids of a text. Added tokens that are spelled in the text are recognised, control
   * tokens among them.
   *
   * @throws InvalidTextException if the text has a lone surrogate
   * @throws IllegalStateException after {@link #close}
   */
  public int[] encode(String text) {
    return tokenizer.encode(WellFormedText.require(text));
  }

  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
