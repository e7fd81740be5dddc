package io.streamweir.engine.djl;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.checkpoint.Checkpoint;
import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.text.ModelText;
import io.streamweir.text.output.OutputFormat;
import io.streamweir.text.tokenizer.ModelFilesException;
import io.streamweir.text.tokenizer.Vocabulary;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What a model directory holds, read once: shape, weights, vocabulary, the form of its answers.
 * Immutable.
 */
record LoadedModel(
    ModelConfig config,
    DecoderLayer layer,
    MatrixForm form,
    ModelWeights weights,
    Vocabulary vocabulary,
    OutputFormat outputFormat)
    implements AutoCloseable {

  /**
   * @throws EngineLoadException naming the file or tensor that is missing or wrong
   */
  static LoadedModel read(Path directory, MatrixForm form) {
    ModelConfig config = ModelConfig.read(directory);
    DecoderLayer layer = Architecture.named(config.architecture()).layer(config);
    Vocabulary vocabulary = ofFiles(() -> Vocabulary.read(directory));
    OutputFormat format = ofFiles(() -> ModelText.readOutputFormat(directory, vocabulary));
    WeightPlan plan = WeightPlan.of(layer, config);
    ModelWeights weights = ModelWeights.load(Checkpoint.open(directory), plan, form);
    return new LoadedModel(config, layer, form, weights, vocabulary, format);
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
