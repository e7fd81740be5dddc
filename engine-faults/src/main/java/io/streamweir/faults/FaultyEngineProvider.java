package io.streamweir.faults;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.InferenceEngine;
import java.nio.file.Path;
import java.util.Optional;

/** The djl engine, which fails when it is told to. */
public final class FaultyEngineProvider implements EngineProvider {

  private static final String NAME = "faulty";
  private static final String INNER = "djl";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> whyNot(Path modelDirectory, String device) {
    return EngineProvider.named(INNER).whyNot(modelDirectory, device);
  }

  @Override
  public InferenceEngine load(EngineConfig config) {
    return new FaultyEngine(EngineProvider.named(INNER).load(config), config.modelDirectory());
  }
}
