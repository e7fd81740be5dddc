package io.streamweir.engine.djl;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.checkpoint.Checkpoint;
import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.text.ModelText;
import io.streamweir.text.output.OutputSyntax;
import io.streamweir.text.tokenizer.ModelFilesException;
import io.streamweir.text.tokenizer.Vocabulary;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a model directory holds, read once: shape, weights, vocabulary, the form of its answers.
 * Immutable.
 *
 * @param endTokenIds tokens that end a completion: those of the configuration first, then the
 *     tokenizer's
 */
record LoadedModel(
    ModelConfig config,
    DecoderLayer layer,
    MatrixForm form,
    ModelWeights weights,
    Vocabulary vocabulary,
    OutputSyntax outputSyntax,
    Set<Integer> endTokenIds)
    implements AutoCloseable {

  /**
   * @throws EngineLoadException naming the file or tensor that is missing or wrong
   */
  static LoadedModel read(Path directory, MatrixForm form) {
    ModelConfig config = ModelConfig.read(directory);
    DecoderLayer layer = Architecture.named(config.architecture()).layer(config);
    Vocabulary vocabulary = ofFiles(() -> Vocabulary.read(directory));
    OutputSyntax syntax = ofFiles(() -> ModelText.readOutputSyntax(directory, vocabulary));
    Set<Integer> ends =
        endTokens(config, ofFiles(() -> ModelText.readEndToken(directory, vocabulary)));
    WeightPlan plan = WeightPlan.of(layer, config);
    ModelWeights weights = ModelWeights.load(Checkpoint.open(directory), plan, form);
    return new LoadedModel(config, layer, form, weights, vocabulary, syntax, ends);
  }

  /** The tokenizer may know more tokens than the model can say. */
  private static Set<Integer> endTokens(ModelConfig config, OptionalInt ofTokenizer) {
    Set<Integer> ends = new LinkedHashSet<>(config.endTokenIds());
    if (ofTokenizer.isPresent() && ofTokenizer.getAsInt() < config.vocabSize()) {
      ends.add(ofTokenizer.getAsInt());
    }
    return Collections.unmodifiableSet(ends);
  }

  private static <T> T ofFiles(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (ModelFilesException e) {
      throw new EngineLoadException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    weights.close();
  }
}
