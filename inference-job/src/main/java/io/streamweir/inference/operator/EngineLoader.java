package io.streamweir.inference.operator;

import static io.streamweir.inference.InferenceSettings.BLOCK_SIZE;
import static io.streamweir.inference.InferenceSettings.DEVICE;
import static io.streamweir.inference.InferenceSettings.ENGINE;
import static io.streamweir.inference.InferenceSettings.ENGINE_DTYPE;
import static io.streamweir.inference.InferenceSettings.ENGINE_THREADS;
import static io.streamweir.inference.InferenceSettings.KV_CACHE;
import static io.streamweir.inference.InferenceSettings.MAX_MODEL_LEN;
import static io.streamweir.inference.InferenceSettings.MAX_RUNNING;
import static io.streamweir.inference.InferenceSettings.MAX_STEP_TOKENS;
import static io.streamweir.inference.InferenceSettings.MODEL_PATH;
import static io.streamweir.inference.InferenceSettings.OFFLINE_AGING;
import static io.streamweir.inference.InferenceSettings.OFFLINE_BESIDE_ONLINE;
import static io.streamweir.inference.InferenceSettings.OFFLINE_CHUNK_TOKENS;
import static io.streamweir.inference.InferenceSettings.OFFLINE_STEP_BUDGET;
import static io.streamweir.inference.InferenceSettings.ONLINE_KV_RESERVE;
import static io.streamweir.inference.InferenceSettings.PREFIX_CACHE;
import static io.streamweir.inference.InferenceSettings.STEP_BUDGET;

import io.streamweir.config.Config;
import io.streamweir.engine.Dtype;
import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.EnginePolicy;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.InferenceEngine;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Loads the engine that the settings name. */
record EngineLoader(Config config) implements Supplier<InferenceEngine> {

  /**
   * @throws EngineLoadException with the reason, if the engine cannot serve the model here
   */
  @Override
  public InferenceEngine get() {
    var provider = EngineProvider.named(config.get(ENGINE));
    var engineConfig = engineConfig();
    provider
        .whyNot(engineConfig.modelDirectory(), engineConfig.device())
        .ifPresent(
            reason -> {
              throw new EngineLoadException(
                  "Engine " + provider.name() + " cannot serve this deployment: " + reason);
            });
    return provider.load(engineConfig);
  }

  private EnginePolicy policy() {
    return EnginePolicy.defaults()
        .withPrefixCaching(config.get(PREFIX_CACHE))
        .withStepBudgets(
            config.get(STEP_BUDGET).toMillis(), config.get(OFFLINE_STEP_BUDGET).toMillis())
        .withOnlineKvReserve(config.get(ONLINE_KV_RESERVE) / 100.0)
        .withAging(config.get(OFFLINE_AGING).toMillis());
  }

  private EngineConfig engineConfig() {
    return new EngineConfig(
            Path.of(config.get(MODEL_PATH)),
            config.get(DEVICE),
            config.get(ENGINE_THREADS),
            config.get(MAX_MODEL_LEN),
            config.get(MAX_RUNNING),
            config.get(MAX_STEP_TOKENS),
            config.get(KV_CACHE),
            config.get(BLOCK_SIZE),
            config.get(OFFLINE_BESIDE_ONLINE),
            config.get(OFFLINE_CHUNK_TOKENS))
        .withDtype(Dtype.of(config.get(ENGINE_DTYPE)))
        .withPolicy(policy());
  }
}
