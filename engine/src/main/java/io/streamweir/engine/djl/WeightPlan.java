package io.streamweir.engine.djl;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.checkpoint.Checkpoint;
import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.engine.djl.WeightSpec.Part;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All weights that a model needs, known from its configuration alone.
 *
 * @param head empty if it is the embedding
 * @param layers for each layer the same weights in the same order
 */
record WeightPlan(
    WeightSpec embedding,
    WeightSpec finalNorm,
    Optional<WeightSpec> head,
    List<List<WeightSpec>> layers) {

  static WeightPlan of(DecoderLayer layer, ModelConfig config) {
    long vocab = config.vocabSize();
    long hidden = config.hiddenSize();
    return new WeightPlan(
        WeightSpec.of("embedding", "model.embed_tokens.weight", vocab, hidden),
        WeightSpec.of("final_norm", "model.norm.weight", hidden),
        config.tiedEmbeddings()
            ? Optional.empty()
            : Optional.of(WeightSpec.of("head", "lm_head.weight", vocab, hidden)),
        IntStream.range(0, config.layers()).mapToObj(i -> layer.weights(config, i)).toList());
  }

  /** How many numbers the checkpoint has for it. */
  long parameters() {
    Set<String> counted = new HashSet<>();
    return specs()
        .flatMap(spec -> spec.parts().stream())
        .filter(part -> counted.add(part.tensor()))
        .mapToLong(Part::elements)
        .sum();
  }

  /** How many numbers the matrices have, the head's counted also where it is the embedding. */
  long matrixElements() {
    return Stream.concat(Stream.of(headOrEmbedding()), layers.stream().flatMap(List::stream))
        .filter(WeightSpec::matrix)
        .mapToLong(WeightSpec::elements)
        .sum();
  }

  /** What they take in memory. A head that is the embedding is held once where it is plain. */
  long bytes(MatrixForm form) {
    long embeddingBytes = form.embeddingBytes(embedding.elements());
    long headBytes = form.isPlain() && head.isEmpty() ? 0 : headBytes(form);
    long rest = layers.stream().flatMap(List::stream).mapToLong(spec -> spec.bytes(form)).sum();
    return embeddingBytes + headBytes + finalNorm.bytes(form) + rest;
  }

  private long headBytes(MatrixForm form) {
    long[] shape = headOrEmbedding().shape();
    return form.headBytes(shape[0], shape[1]);
  }

  /** The head's matrix, also where it is the embedding. */
  WeightSpec headOrEmbedding() {
    return head.orElse(embedding);
  }

  private Stream<WeightSpec> specs() {
    Stream<WeightSpec> common = Stream.concat(Stream.of(embedding, finalNorm), head.stream());
    return Stream.concat(common, layers.stream().flatMap(List::stream));
  }

  /**
   * Compares with what the checkpoint has, before any number is read.
   *
   * @throws EngineLoadException naming the first tensor that is missing, has another shape, or
   *     belongs to a layer and would go unused: the model would compute something else than it was
   *     made for, for instance without its biases
   */
  void check(Checkpoint checkpoint) {
    Set<String> used = new HashSet<>();
    for (WeightSpec spec : specs().toList()) {
      for (Part part : spec.parts()) {
        checkpoint.require(part.tensor(), part.shape());
        used.add(part.tensor());
      }
    }
    List<String> unused = new ArrayList<>(checkpoint.names());
    unused.removeIf(name -> used.contains(name) || !isOfLayer(name));
    if (!unused.isEmpty()) {
      throw new EngineLoadException(
          "The checkpoint "
              + checkpoint.directory()
              + " has "
              + unused.size()
              + " tensors in its layers that the model of this config.json does not have, the first"
              + " is "
              + unused.get(0)
              + ". Do config and weights belong together?");
    }
  }

  private boolean isOfLayer(String name) {
    String[] words = name.split("\\.");
    boolean numbered =
        words.length > 3 && name.startsWith("model.layers.") && words[2].matches("\\d{1,6}");
    // Older checkpoints carry the rotary frequencies, which follow from the configuration.
    return numbered
        && Integer.parseInt(words[2]) < layers.size()
        && !name.endsWith(".rotary_emb.inv_freq");
  }
}
