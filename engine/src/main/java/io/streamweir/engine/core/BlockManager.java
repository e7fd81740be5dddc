package io.streamweir.engine.core;

/**
 * Who owns which KV block. A block has one owner at most; a sequence owns just enough blocks for
 * the tokens it was given room for.
 */
final class BlockManager {
  private final int blockSize;
  private final int total;
  private final IntList free;

  BlockManager(int total, int blockSize) {
    this.total = total;
    this.blockSize = blockSize;
    free = new IntList(total);
    for (int block = total - 1; block >= 0; block--) {
      free.add(block);
    }
  }

  int total() {
    return total;
  }

  int used() {
    return total - free.size();
  }

  int available() {
    return free.size();
  }

  /** Blocks that {@code tokens} tokens take. */
  int blocksFor(int tokens) {
    return (tokens + blockSize - 1) / blockSize;
  }

  /** Further blocks that the sequence needs to hold {@code tokens} tokens. */
  int missing(Sequence sequence, int tokens) {
    return Math.max(0, blocksFor(tokens) - sequence.blockCount());
  }

  boolean canAllocate(Sequence sequence, int tokens) {
    return missing(sequence, tokens) <= free.size();
  }

  /**
   * Gives the sequence room for {@code tokens} tokens and adds the blocks that changed hands to
   * {@code fresh}; their content is that of an earlier owner.
   *
   * @throws IllegalStateException if there are not enough free blocks
   */
  void allocate(Sequence sequence, int tokens, IntList fresh) {
    int missing = missing(sequence, tokens);
    if (missing > free.size()) {
      throw new IllegalStateException(
          sequence + " needs " + missing + " blocks, " + free.size() + " are free");
    }
    for (int i = 0; i < missing; i++) {
      int block = free.removeLast();
      sequence.blocks().add(block);
      fresh.add(block);
    }
  }

  /** Takes all blocks back. */
  void release(Sequence sequence) {
    while (!sequence.blocks().isEmpty()) {
      free.add(sequence.blocks().removeLast());
    }
  }
}
