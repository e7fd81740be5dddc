package io.streamweir.bench.model;

import picocli.CommandLine.Option;

/** The shape of a random model on the command line; Qwen2.5-0.5B without options. */
public final class ShapeOptions {

  @Option(
      names = "--architecture",
      defaultValue = "qwen2",
      description = "qwen2, llama or mistral; default: ${DEFAULT-VALUE}")
  String architecture;

  @Option(names = "--vocab", defaultValue = "151936", description = "default: ${DEFAULT-VALUE}")
  int vocab;

  @Option(names = "--hidden", defaultValue = "896", description = "default: ${DEFAULT-VALUE}")
  int hidden;

  @Option(
      names = "--intermediate",
      defaultValue = "4864",
      description = "default: ${DEFAULT-VALUE}")
  int intermediate;

  @Option(names = "--layers", defaultValue = "24", description = "default: ${DEFAULT-VALUE}")
  int layers;

  @Option(names = "--heads", defaultValue = "14", description = "default: ${DEFAULT-VALUE}")
  int heads;

  @Option(names = "--kv-heads", defaultValue = "2", description = "default: ${DEFAULT-VALUE}")
  int kvHeads;

  @Option(names = "--positions", defaultValue = "32768", description = "default: ${DEFAULT-VALUE}")
  int positions;

  @Option(names = "--untied", description = "a head of its own; default: the head is the embedding")
  boolean untied;

  /**
   * @throws IllegalArgumentException if the sizes do not fit together
   */
  public ModelShape shape() {
    return new ModelShape(
        architecture, vocab, hidden, intermediate, layers, heads, kvHeads, positions, !untied);
  }
}
