package io.streamweir.engine;

import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

/** Loads one kind of engine; found by {@link ServiceLoader}. */
public interface EngineProvider {

  /** The name that a deployment selects it by, for example {@code djl}. */
  String name();

  /** Why this engine cannot serve the model here; empty if it can. */
  Optional<String> whyNot(Path modelDirectory, String device);

  /**
   * Reads the model and prepares the device; the engine is ready to {@link InferenceEngine#start}.
   *
   * @throws EngineLoadException if the model cannot be loaded, with the tensor, file or setting
   *     concerned
   */
  InferenceEngine load(EngineConfig config);

  /**
   * The provider of that name.
   *
   * @throws IllegalArgumentException naming the engines there are, if there is none
   */
  static EngineProvider named(String name) {
    var providers =
        ServiceLoader.load(EngineProvider.class, EngineProvider.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    return providers.stream()
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No engine is called '"
                        + name
                        + "'; there is "
                        + providers.stream().map(EngineProvider::name).sorted().toList()
                        + ". Correct the deployment's --engine, or put the engine's jar on the class path."));
  }
}
