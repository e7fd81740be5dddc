package io.streamweir.engine.core;

/**
 * Gumbel noise that is a function of (seed, position, token id) and of nothing else, so that a
 * sampled token does not depend on batch mates, preemption, migration or retry.
 *
 * <p>Adding independent Gumbel noise to the logits and taking the largest sum samples from their
 * softmax (the Gumbel-max trick). The uniform number behind the noise is the finalizer of
 * SplitMix64 applied to a counter, as counter-based generators do.
 */
final class GumbelNoise {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double LOG2_E = 1 / StrictMath.log(2);

  private final long key;

  /**
   * @param position index in the completion of the token to sample
   */
  GumbelNoise(long seed, int position) {
    key = mix(mix(seed + GOLDEN) + GOLDEN * (position + 1L));
  }

  /** The noise of a token; finite. */
  double of(int token) {
    // A uniform number in (0, 1), 53 bits, never at the ends.
    double uniform = ((bits(token) >>> 11) + 0.5) * 0x1p-53;
    return -StrictMath.log(-StrictMath.log(uniform));
  }

  /**
   * Whether the noise of a token may exceed {@code gap}; false is certain. Spares two logarithms
   * for nearly every token of a large vocabulary.
   *
   * <p>Noise above g needs 1 - u &lt; exp(-g), which is at most 2^-floor(g / ln 2); a number with k
   * leading zero bits is at least 2^-(k + 1).
   */
  boolean mayExceed(double gap, int token) {
    return gap <= 0 || Long.numberOfLeadingZeros(~bits(token)) + 1 > (int) (gap * LOG2_E);
  }

  private long bits(int token) {
    return mix(key + GOLDEN * (token + 1L));
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
