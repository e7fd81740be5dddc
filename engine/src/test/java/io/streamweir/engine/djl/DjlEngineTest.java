package io.streamweir.engine.djl;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineContractTest;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.ManualClock;
import io.streamweir.engine.reference.RandomCheckpoint;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The engine djl keeps the contract. */
class DjlEngineTest extends EngineContractTest {
  @TempDir static Path directory;

  @BeforeAll
  static void writeCheckpoint() {
    RandomCheckpoint.qwen2(21).write(directory);
  }

  @Override
  protected InferenceEngine open(EngineConfig limits, ManualClock clock) {
    EngineConfig here =
        new EngineConfig(
            directory,
            limits.device(),
            limits.threads(),
            limits.maxModelLen(),
            limits.maxRunning(),
            limits.maxStepTokens(),
            limits.kvCacheBytes(),
            limits.blockSize(),
            limits.offlineBesideOnline(),
            limits.offlineChunkTokens());
    return new DjlEngineProvider(clock).load(here);
  }

  @Override
  protected int vocabSize() {
    return RandomCheckpoint.VOCAB;
  }
}
