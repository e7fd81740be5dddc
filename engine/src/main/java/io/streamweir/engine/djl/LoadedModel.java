package io.streamweir.engine.djl;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.checkpoint.Checkpoint;
import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.text.tokenizer.ModelFilesException;
import io.streamweir.text.tokenizer.Vocabulary;
import java.nio.file.Path;

/** What a model directory holds, read once: shape, weights, vocabulary. Immutable. */
record LoadedModel(
    ModelConfig config,
    DecoderLayer layer,
    MatrixForm form,
    ModelWeights weights,
    Vocabulary vocabulary)
    implements AutoCloseable {

  /**
   * @throws EngineLoadException naming the file or tensor that is missing or wrong
   */
  static LoadedModel read(Path directory, MatrixForm form) {
    ModelConfig config = ModelConfig.read(directory);
    DecoderLayer layer = Architecture.named(config.architecture()).layer(config);
    Vocabulary vocabulary = vocabulary(directory);
    WeightPlan plan = WeightPlan.of(layer, config);
    ModelWeights weights = ModelWeights.load(Checkpoint.open(directory), plan, form);
    return new LoadedModel(config, layer, form, weights, vocabulary);
  }

  private static Vocabulary vocabulary(Path directory) {
    try {
      return Vocabulary.read(directory);
    } catch (ModelFilesException e) {
      throw new EngineLoadException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    weights.close();
  }
}
