package io.streamweir.inference.testing;

import io.streamweir.engine.EngineCapabilities;
import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineListener;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.TokenMask;
import io.streamweir.engine.core.BatchingEngine;
import io.streamweir.engine.core.ModelFacts;
import io.streamweir.engine.core.TokenDecoder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The real batching engine on a {@link ScriptedRunner}. The name of the model directory is the
 * length of a step in microseconds.
 */
public final class ScriptedEngineProvider implements EngineProvider {

  public static final String NAME = "scripted";

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
    var stepMicros = Long.parseLong(config.modelDirectory().getFileName().toString());
    var facts =
        new ModelFacts(NAME, ScriptedRunner.VOCABULARY, 100_000, Set.of(), 50_000)
            .withReproducible(true);
    return new TaskFailingEngine(
        new BatchingEngine(
            config,
            facts,
            new ScriptedRunner(TimeUnit.MICROSECONDS.toNanos(stepMicros)),
            new Decoders(),
            Clock.systemUTC()));
  }

  private static final class Decoders implements TokenDecoder.Factory {
    @Override
    public TokenDecoder create(List<String> stopStrings) {
      return new Words(stopStrings);
    }

    @Override
    public TokenDecoder create(EngineRequest request) {
      return request.reading() == null
          ? create(request.sampling().stopStrings())
          : new ScriptedAnswer(request.reading());
    }
  }

  private record Words(List<String> stopStrings) implements TokenDecoder {
    @Override
    public String append(int tokenId) {
      return ScriptedRunner.word(tokenId);
    }

    @Override
    public boolean stopped() {
      return false;
    }

    @Override
    public String finish() {
      return "";
    }
  }

  /** Throws on the task thread when the request says so; else the engine within. */
  private record TaskFailingEngine(InferenceEngine engine) implements InferenceEngine {
    @Override
    public void submit(EngineRequest request) {
      if (request.promptTokenIds().length > 0
          && request.promptTokenIds()[0] == ScriptedRunner.FAILS_TASK_ONCE
          && ScriptedRunner.spend(request.sequenceId())) {
        throw new IllegalStateException("The script says that the task fails now");
      }
      engine.submit(request);
    }

    @Override
    public EngineCapabilities capabilities() {
      return engine.capabilities();
    }

    @Override
    public void start(EngineListener listener) {
      engine.start(listener);
    }

    @Override
    public void cancel(String sequenceId, FinishReason reason) {
      engine.cancel(sequenceId, reason);
    }

    @Override
    public EngineStatistics statistics() {
      return engine.statistics();
    }

    @Override
    public TokenMask.Factory constrain(String responseFormat) {
      return engine.constrain(responseFormat);
    }

    @Override
    public byte[] spell(int tokenId) {
      return engine.spell(tokenId);
    }

    @Override
    public void close() {
      engine.close();
    }

    @Override
    public boolean awaitEnd(Duration limit) throws InterruptedException {
      return engine.awaitEnd(limit);
    }
  }
}
