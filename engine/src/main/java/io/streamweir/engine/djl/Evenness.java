package io.streamweir.engine.djl;

/**
 * The shapes for which a row of a float32 result has the same bits whoever shares the step, found
 * by trying (docs/engine-reproducibility.md): the matrix kernels treat fewer than {@link #ROWS}
 * rows, and what is left over of a multiple of it, in another order of additions, and sum over some
 * numbers of keys in two halves. So rows are filled up to a multiple, and contexts to lengths whose
 * sums all have the same order.
 */
final class Evenness {
  /** Rows of matrix products, and of queries in attention, come in multiples of this many. */
  static final int ROWS = 4;

  /** Attention goes through the keys in blocks of this many. */
  private static final int KEY_BLOCK = 512;

  private static final int KEY_MULTIPLE = 32;

  /** A block of keys longer than this one is summed in two halves ... */
  private static final int LONGEST_SHORT = 192;

  /** ... unless it has this many keys or more. */
  private static final int SHORTEST_LONG = 384;

  private Evenness() {}

  /** The least multiple of {@link #ROWS} that holds that many rows. */
  static int rows(int rows) {
    return (rows + ROWS - 1) / ROWS * ROWS;
  }

  /** KV blocks that a context is filled up to. The bits hold for block sizes that divide 32. */
  static int blocks(int tokens, int blockSize) {
    int whole = tokens / KEY_BLOCK * KEY_BLOCK;
    int rest = (tokens - whole + KEY_MULTIPLE - 1) / KEY_MULTIPLE * KEY_MULTIPLE;
    if (rest > LONGEST_SHORT && rest < SHORTEST_LONG) {
      rest = SHORTEST_LONG;
    }
    return (whole + rest + blockSize - 1) / blockSize;
  }
}
