package io.streamweir.engine.djl;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.checkpoint.ModelConfig;
import java.util.List;
import java.util.Optional;

/**
 * A family of decoders: what its layer is made of. Embedding, attention over the block pool, the
 * final norm and the head are common to all ({@link StepScript}).
 */
interface Architecture {
  /** Every architecture there is; the one place to add another. */
  List<Architecture> ALL =
      List.of(
          new LlamaArchitecture(),
          new MistralArchitecture(),
          new Qwen2Architecture(),
          new Qwen3Architecture(),
          new Qwen3MoeArchitecture(),
          new GlmArchitecture(),
          new Glm4Architecture());

  /** As {@code architectures} in {@code config.json} has it. */
  String name();

  /** Which models are of this architecture, for people. */
  String models();

  /** What sets its layer apart, for people. */
  String remarks();

  /**
   * The layer of a model of this architecture.
   *
   * @throws EngineLoadException if the configuration lacks what the architecture needs
   */
  DecoderLayer layer(ModelConfig config);

  static Optional<Architecture> find(String name) {
    return ALL.stream().filter(architecture -> architecture.name().equals(name)).findFirst();
  }

  /**
   * @throws EngineLoadException naming those there are, if the name is unknown
   */
  static Architecture named(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new EngineLoadException(
                    "The architecture "
                        + name
                        + " is not known to the djl engine; it serves "
                        + ALL.stream().map(Architecture::name).toList()
                        + ". Choose another engine or checkpoint."));
  }
}
