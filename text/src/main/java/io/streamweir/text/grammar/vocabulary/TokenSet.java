package io.streamweir.text.grammar.vocabulary;

import java.util.Arrays;

/**
 * A set of token ids as bits and, where they are few, as a list. Immutable.
 *
 * @param bits one bit per id, often of a set that many masks share; null for none
 * @param more ids that are allowed besides
 * @param weight roughly how many kilobytes it takes of its own
 */
public record TokenSet(long[] bits, int[] more, int weight) {

  /** Sets the bits of the allowed ids and clears all others. */
  public void copyTo(long[] target) {
    int words = bits == null ? 0 : Math.min(bits.length, target.length);
    if (words > 0) {
      System.arraycopy(bits, 0, target, 0, words);
    }
    Arrays.fill(target, words, target.length, 0);
    for (int id : more) {
      target[id >> 6] |= 1L << id;
    }
  }

  /** The only id that is allowed; negative if there is none or several. */
  public int onlyToken() {
    boolean one =
        bits == null && more.length > 0 && Arrays.stream(more).allMatch(id -> id == more[0]);
    return one ? more[0] : -1;
  }

  /** Whether nothing is allowed. */
  public boolean isEmpty() {
    return bits == null && more.length == 0;
  }
}
