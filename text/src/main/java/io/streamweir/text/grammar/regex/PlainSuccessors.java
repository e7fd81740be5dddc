package io.streamweir.text.grammar.regex;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * The states after one plain character: any character that a JSON string holds as it is. Where all
 * of them are allowed, the tokens of plain text need not be walked one by one.
 *
 * @param allAllowed whether every plain character may follow
 * @param states where they lead; empty if not all are allowed, or if they lead to too many
 */
public record PlainSuccessors(boolean allAllowed, Set<DfaState> states) {
  private static final int MAX_STATES = 16;
  private static final PlainSuccessors NOT_ALL = new PlainSuccessors(false, Set.of());

  /** Lead byte ranges of UTF-8 with the range of the second byte and the number of bytes. */
  private static final int[][] SHAPES = {
    {0x20, 0x21, 0, 0, 1},
    {0x23, 0x5b, 0, 0, 1},
    {0x5d, 0x7f, 0, 0, 1},
    {0xc2, 0xdf, 0x80, 0xbf, 2},
    {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4}
  };

  static PlainSuccessors of(DfaState state) {
    Set<DfaState> reached = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int[] shape : SHAPES) {
      Set<DfaState> current = steps(Set.of(state), shape[0], shape[1]);
      for (int i = 1; i < shape[4]; i++) {
        current = i == 1 ? steps(current, shape[2], shape[3]) : steps(current, 0x80, 0xbf);
      }
      reached.addAll(current);
      if (current.isEmpty() || reached.size() > MAX_STATES) {
        return NOT_ALL;
      }
    }
    return new PlainSuccessors(true, reached);
  }

  /** Where a range of bytes leads from some states; empty if one is not allowed somewhere. */
  private static Set<DfaState> steps(Set<DfaState> from, int first, int last) {
    Set<DfaState> reached = Collections.newSetFromMap(new IdentityHashMap<>());
    for (DfaState state : from) {
      for (int b = first; b <= last; b++) {
        DfaState next = state.step(b);
        if (next == DfaState.DEAD) {
          return Set.of();
        }
        reached.add(next);
      }
      if (reached.size() > MAX_STATES) {
        return Set.of();
      }
    }
    return reached;
  }
}
