package io.streamweir.bench.gateway;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.InferenceEngine;
import java.nio.file.Path;
import java.util.Optional;

/** Offers {@link PacedEngine}. Nothing of a model but its tokenizer is needed, by the router. */
public final class PacedEngineProvider implements EngineProvider {

  static final String NAME = "paced";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> whyNot(Path modelDirectory, String device) {
    return Optional.empty();
  }

  @Override
  public InferenceEngine load(EngineConfig config) {
    var directory = config.modelDirectory();
    return new PacedEngine(() -> Pace.read(directory), config.maxModelLen());
  }
}
