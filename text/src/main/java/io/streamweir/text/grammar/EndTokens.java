package io.streamweir.text.grammar;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The ids that end an answer, the model's own first, and how many words of bits a mask takes that
 * has room for all.
 */
final class EndTokens {
  private final Set<Integer> ids;
  private final int maskWords;

  EndTokens(Set<Integer> ids, int vocabularySize) {
    this.ids = new LinkedHashSet<>(ids);
    int largest = ids.stream().mapToInt(Integer::intValue).max().orElse(0);
    this.maskWords = (Math.max(vocabularySize, largest + 1) + 63) / 64;
  }

  boolean contains(int id) {
    return ids.contains(id);
  }

  int[] toArray() {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The first one; none if there is none. */
  int[] first() {
    return Arrays.copyOf(toArray(), Math.min(1, ids.size()));
  }

  int maskWords() {
    return maskWords;
  }
}
