package io.streamweir.inference.testing;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.ForwardingEngine;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.core.BatchingEngine;
import io.streamweir.engine.core.ModelFacts;
import io.streamweir.engine.core.TokenDecoder;
import java.nio.file.Path;
import java.time.Clock;
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
  private static final class TaskFailingEngine extends ForwardingEngine {
    TaskFailingEngine(InferenceEngine engine) {
      super(engine);
    }

    @Override
    public void submit(EngineRequest request) {
      if (request.promptTokenIds().length > 0
          && request.promptTokenIds()[0] == ScriptedRunner.FAILS_TASK_ONCE
          && ScriptedRunner.spend(request.sequenceId())) {
        throw new IllegalStateException("The script says that the task fails now");
      }
      super.submit(request);
    }
  }
}
