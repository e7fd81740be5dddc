package io.streamweir.text.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tokens and the masks of a constraint along them.
 *
 * @param masks before each token, up to the first that is not allowed, and behind the last if all
 *     are
 */
record MaskedWalk(int[] tokens, List<long[]> masks) {

  static MaskedWalk of(Constraint constraint, int[] tokens) {
    List<long[]> masks = new ArrayList<>();
    ConstraintState state = constraint.start();
    for (int at = 0; ; at++) {
      long[] mask = new long[constraint.maskWords()];
      state.mask(mask);
      masks.add(mask);
      if (at == tokens.length || !state.accept(tokens[at])) {
        return new MaskedWalk(tokens, masks);
      }
    }
  }

  /** The one of several texts that gets farthest. */
  static MaskedWalk longest(Constraint constraint, Stream<int[]> texts) {
    return texts
        .map(tokens -> of(constraint, tokens))
        .max(Comparator.comparingInt(walk -> walk.masks.size()))
        .orElseThrow();
  }

  /** Whether a text of the tokens is allowed as a whole, by acceptance alone. */
  static boolean reaches(Constraint constraint, int[] tokens) {
    ConstraintState state = constraint.start();
    for (int token : tokens) {
      if (!state.accept(token)) {
        return false;
      }
    }
    return state.mayEnd();
  }
}
