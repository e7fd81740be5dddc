package io.streamweir.models.checkpoint;

/**
 * The size of a Qwen2 decoder: query, key and value projections with bias, grouped-query attention,
 * rotary positions, RMSNorm, SwiGLU, and an output matrix tied to the embedding.
 *
 * @param heads query heads; {@code hidden / heads} is the dimension of a head
 * @param kvHeads key and value heads; divides {@code heads}
 * @param maxPositions longest sequence in tokens that a server should accept
 */
public record ModelShape(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int kvHeads,
    int intermediate,
    int maxPositions,
    double ropeTheta,
    double normEpsilon) {
  public ModelShape {
    if (hidden % heads != 0 || heads % kvHeads != 0 || hidden / heads % 2 != 0) {
      throw new IllegalArgumentException(
          "hidden %d, heads %d, kvHeads %d: heads must divide hidden into an even head size, and"
                  .formatted(hidden, heads, kvHeads)
              + " kvHeads must divide heads");
    }
  }

  public int headSize() {
    return hidden / heads;
  }

  public int kvSize() {
    return kvHeads * headSize();
  }
}
