package io.streamweir.engine.djl;

import java.util.Set;

/**
 * The shapes for which a row of a float32 result has the same bits whoever shares the step, found
 * by trying (docs/engine-reproducibility.md): the kernels treat few rows, and what is left over of
 * a multiple, in another order of additions, and sum over some numbers of keys in two halves. So
 * rows are filled up to a multiple, and contexts to lengths whose sums all have the same order.
 *
 * @param rows of a product with a matrix that is not laid out come in multiples of this many
 * @param wideQueries whether attention takes the more queries the wider a head is
 * @param gaps lengths of a block of keys that are summed in two halves: those between the numbers
 *     of a pair
 */
record Evenness(int rows, boolean wideQueries, int[]... gaps) {
  /** More rows than this are multiplied in pieces of so many. */
  static final int MOST_ROWS = 64;

  static final Evenness AVX2 = new Evenness(4, false, new int[] {192, 384});

  /** Found on a processor with AMX, which is not used for float32. */
  static final Evenness AVX512 = new Evenness(16, true, new int[] {384, 512});

  /** What is even on both. */
  static final Evenness UNKNOWN =
      new Evenness(16, true, new int[] {192, 384}, new int[] {384, 512});

  /** Attention goes through the keys in blocks of this many. */
  private static final int KEY_BLOCK = 512;

  private static final int KEY_MULTIPLE = 32;
  private static final int LEAST_QUERIES = 4;
  private static final int MOST_QUERIES = 16;

  /** On this machine. */
  static Evenness here() {
    return Here.EVENNESS;
  }

  /**
   * On a processor.
   *
   * @param cpuFlags see {@link CpuFeatures}
   */
  static Evenness of(Set<String> cpuFlags) {
    if (!cpuFlags.contains("avx512f")) {
      return AVX2;
    }
    return cpuFlags.contains("amx_tile") ? AVX512 : UNKNOWN;
  }

  /** The least multiple of {@link #rows} that holds that many. */
  int filledUp(int count) {
    return multiple(count, rows);
  }

  /** Queries of attention come in multiples of this many. */
  int queries(int headDim) {
    int queries = LEAST_QUERIES;
    while (wideQueries && queries < MOST_QUERIES && 16 * queries < headDim) {
      queries *= 2;
    }
    return queries;
  }

  /** KV blocks that a context is filled up to. The bits hold for block sizes that divide 32. */
  int blocks(int tokens, int blockSize) {
    int whole = tokens / KEY_BLOCK * KEY_BLOCK;
    int rest = multiple(tokens - whole, KEY_MULTIPLE);
    for (int[] gap : gaps) {
      if (rest > gap[0] && rest < gap[1]) {
        rest = gap[1];
      }
    }
    return (whole + rest + blockSize - 1) / blockSize;
  }

  private static int multiple(int count, int of) {
    return (count + of - 1) / of * of;
  }

  private static final class Here {
    static final Evenness EVENNESS = of(CpuFeatures.here());
  }
}
