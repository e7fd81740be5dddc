package io.streamweir.local.reconcile;

import java.util.List;

/**
 * Stands for a sequence of tokens: its length and a 64-bit hash of its tokens in their order.
 *
 * @param hash FNV-1a over whole tokens
 */
record TokenDigest(int length, long hash) {

  static final TokenDigest EMPTY = new TokenDigest(0, 0xcbf29ce484222325L);

  private static final long PRIME = 0x100000001b3L;

  static TokenDigest of(List<Integer> tokens) {
    return EMPTY.plus(tokens);
  }

  TokenDigest plus(List<Integer> tokens) {
    var sum = hash;
    for (int token : tokens) {
      sum = (sum ^ token) * PRIME;
    }
    return new TokenDigest(length + tokens.size(), sum);
  }
}
