package io.streamweir.engine.djl;

import io.streamweir.engine.Dtype;
import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.checkpoint.Checkpoint;
import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.engine.core.BatchingEngine;
import io.streamweir.engine.core.ModelFacts;
import io.streamweir.engine.core.ReproducibilityCheck;
import io.streamweir.engine.core.StartUpCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads Hugging Face directories (safetensors) for computation on the CPU. */
public final class DjlEngineProvider implements EngineProvider {
  private static final Logger LOG = LoggerFactory.getLogger(DjlEngineProvider.class);
  private static final String NAME = "djl";
  private static final long LINGER_SECONDS = 60;

  /** One for the process, as a TaskManager runs many tasks. */
  private static final ModelCache<ModelKey, LoadedModel> MODELS =
      new ModelCache<>(CompletableFuture.delayedExecutor(LINGER_SECONDS, TimeUnit.SECONDS));

  private static final ReproducibilityFindings FINDINGS = new ReproducibilityFindings();

  private final InstantSource clock;
  private final LongSupplier availableMemory;

  public DjlEngineProvider() {
    this(InstantSource.system());
  }

  /**
   * @param clock what deadlines are compared with
   */
  DjlEngineProvider(InstantSource clock) {
    this(clock, new AvailableMemory(Path.of("/"))::bytes);
  }

  /**
   * @param availableMemory bytes that may still be taken
   */
  DjlEngineProvider(InstantSource clock, LongSupplier availableMemory) {
    this.clock = clock;
    this.availableMemory = availableMemory;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> whyNot(Path modelDirectory, String device) {
    if (!device.equals("cpu")) {
      return Optional.of("it computes on the device cpu, not on " + device);
    }
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    if (!os.contains("linux") || !List.of("amd64", "x86_64").contains(arch)) {
      return Optional.of("its native library is for linux-x86_64, this is " + os + "-" + arch);
    }
    if (!Files.isRegularFile(modelDirectory.resolve("config.json"))) {
      return Optional.of(
          modelDirectory + " has no config.json, so it is no Hugging Face directory");
    }
    try {
      ModelConfig shape = ModelConfig.read(modelDirectory);
      Architecture.named(shape.architecture()).layer(shape);
      Checkpoint.files(modelDirectory);
      return Optional.empty();
    } catch (EngineLoadException e) {
      return Optional.of(e.getMessage());
    }
  }

  @Override
  public InferenceEngine load(EngineConfig config) {
    Optional<String> whyNot = whyNot(config.modelDirectory(), config.device());
    if (whyNot.isPresent()) {
      throw new EngineLoadException("The engine djl cannot serve this model: " + whyNot.get());
    }
    PyTorch.attachThread(config.threads());
    long start = System.nanoTime();
    Path directory = config.modelDirectory();
    MemoryForecast forecast = forecast(config);
    MatrixForm form = forecast.form();
    ModelKey key = ModelKey.of(directory, form.name());
    ModelCache.Lease<LoadedModel> model =
        MODELS.acquire(
            key,
            () -> {
              forecast.requireRoomForAll(availableMemory.getAsLong());
              return LoadedModel.read(directory, form);
            });
    try {
      forecast.requireRoomForReplica(availableMemory.getAsLong());
      InferenceEngine engine = assemble(config, forecast, key, model);
      LOG.info(
          "Loaded {} in {} ms: {}, {} of weights in {}, {} of KV cache, {} threads",
          directory,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
          engine.capabilities(),
          MemoryForecast.text(model.value().weights().bytes()),
          form,
          MemoryForecast.text(forecast.kvBytes()),
          config.threads());
      return engine;
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** What the dtype of a configuration stands for on this machine; never AUTO. */
  public static Dtype dtype(EngineConfig config) {
    return forecast(config).form().dtype();
  }

  private static MemoryForecast forecast(EngineConfig config) {
    ModelConfig shape = ModelConfig.read(config.modelDirectory());
    DecoderLayer layer = Architecture.named(shape.architecture()).layer(shape);
    return MemoryForecast.of(shape, WeightPlan.of(layer, shape), config);
  }

  private InferenceEngine assemble(
      EngineConfig config,
      MemoryForecast forecast,
      ModelKey key,
      ModelCache.Lease<LoadedModel> model) {
    ModelConfig shape = model.value().config();
    int maxModelLen = forecast.maxModelLen();
    int kvBlocks = forecast.kvBlocks();
    ModelFacts facts =
        new ModelFacts(NAME, shape.vocabSize(), maxModelLen, model.value().endTokenIds(), kvBlocks);
    DjlModelRunner runner = DjlModelRunner.open(model, config, maxModelLen, kvBlocks);
    Optional<String> difference;
    try {
      StartUpCheck.run(runner, facts);
      difference =
          FINDINGS.get(
              ReproducibilityFindings.Key.of(key, facts, config),
              () -> ReproducibilityCheck.run(runner, facts, config));
    } catch (RuntimeException | Error e) {
      runner.close();
      throw e;
    }
    difference.ifPresent(DjlEngineProvider::warnOf);
    return new BatchingEngine(
        config,
        facts.withReproducible(difference.isEmpty()),
        runner,
        new VocabularyDecoders(
            model.value().vocabulary(), model.value().outputSyntax(), model.value().endTokenIds()),
        clock);
  }

  private static void warnOf(String difference) {
    LOG.warn(
        "The tokens of a request may depend on its batch mates here: {}. The rules of Evenness were"
            + " found on other CPUs; what they are is in docs/engine-reproducibility.md.",
        difference);
  }
}
