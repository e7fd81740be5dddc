package io.streamweir.engine.djl;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.checkpoint.ModelConfig;
import java.util.List;
import java.util.Optional;

/**
 * A family of decoders: which tensors a layer has, and what it computes. Embedding, attention over
 * the block pool, the final norm and the head are common to all ({@link StepScript}).
 */
interface Architecture {
  /** Every architecture there is; the one place to add another. */
  List<Architecture> ALL = List.of(new LlamaArchitecture(), new Qwen2Architecture());

  /** As {@code architectures} in {@code config.json} has it. */
  String name();

  /** The weights of a layer, in the order in which {@link #layerScript} takes them. */
  List<WeightSpec> layerWeights(ModelConfig config, int layer);

  /**
   * The body of a TorchScript method from the residual stream {@code x} [tokens, hidden] to the
   * next one, with the weights by name and the helpers of {@link StepScript}.
   */
  String layerScript(ModelConfig config);

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
