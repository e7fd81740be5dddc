package io.streamweir.engine.core;

import java.util.List;

/**
 * What a step computes.
 *
 * @param chunks at most one per sequence
 * @param freshBlocks blocks that have a new owner since the last step and still hold what the
 *     earlier one left; a runner overwrites them with zeros before it reads any, because a NaN
 *     there would reach the new owner through masked positions (NaN * 0 = NaN)
 */
public record ScheduledStep(List<Chunk> chunks, int[] freshBlocks) {

  /**
   * Tokens {@code start} to {@code start + length} (exclusive) of a sequence, whose blocks have
   * room for them.
   */
  public record Chunk(Sequence sequence, int start, int length) {

    /** Whether the chunk reaches the end of the sequence, so that its last logits are sampled. */
    public boolean samples() {
      return start + length == sequence.length();
    }
  }

  public boolean isEmpty() {
    return chunks.isEmpty();
  }

  /** All tokens of the step. */
  public int tokens() {
    int tokens = 0;
    for (Chunk chunk : chunks) {
      tokens += chunk.length();
    }
    return tokens;
  }
}
