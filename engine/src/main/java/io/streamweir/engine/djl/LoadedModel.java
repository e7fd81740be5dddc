package io.streamweir.engine.djl;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.checkpoint.Checkpoint;
import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.text.tokenizer.ModelFilesException;
import io.streamweir.text.tokenizer.Vocabulary;
import java.nio.file.Path;

/** What a model directory holds, read once: shape, weights, vocabulary. Immutable. */
record LoadedModel(
    ModelConfig config, Architecture architecture, ModelWeights weights, Vocabulary vocabulary)
    implements AutoCloseable {

  /**
   * @throws EngineLoadException naming the file or tensor that is missing or wrong
   */
  static LoadedModel read(Path directory) {
    ModelConfig config = ModelConfig.read(directory);
    Architecture architecture = Architecture.named(config.architecture());
    Vocabulary vocabulary = vocabulary(directory);
    ModelWeights weights = ModelWeights.load(Checkpoint.open(directory), architecture, config);
    return new LoadedModel(config, architecture, weights, vocabulary);
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
