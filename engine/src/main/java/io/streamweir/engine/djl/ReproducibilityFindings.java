package io.streamweir.engine.djl;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.core.ModelFacts;
import io.streamweir.engine.core.ReproducibilityCheck;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What {@link ReproducibilityCheck} found in this process, so that an engine that is loaded again
 * after a failure does not wait for it. Thread-safe; replicas that are loaded at the same time may
 * each run it.
 */
final class ReproducibilityFindings {

  private final Map<Key, Optional<String>> findings = new ConcurrentHashMap<>();

  /**
   * All that the finding depends on, in one process.
   *
   * @param model its dtype included
   */
  record Key(
      ModelKey model,
      int threads,
      int blockSize,
      int maxRunning,
      int maxStepTokens,
      int maxModelLen,
      int kvBlocks) {

    static Key of(ModelKey model, ModelFacts facts, EngineConfig config) {
      return new Key(
          model,
          config.threads(),
          config.blockSize(),
          config.maxRunning(),
          config.maxStepTokens(),
          facts.maxModelLen(),
          facts.kvBlocks());
    }
  }

  /**
   * @param check runs unless a check of this key has ended before; one that throws has not
   */
  Optional<String> get(Key key, Supplier<Optional<String>> check) {
    Optional<String> known = findings.get(key);
    if (known != null) {
      return known;
    }
    Optional<String> found = check.get();
    findings.put(key, found);
    return found;
  }
}
