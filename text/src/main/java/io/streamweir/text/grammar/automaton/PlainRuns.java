package io.streamweir.text.grammar.automaton;

import io.streamweir.text.grammar.regex.DfaState;
import io.streamweir.text.grammar.regex.PlainSuccessors;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Measures how many plain characters a terminal takes, whatever they are. */
public final class PlainRuns {
  private static final int MAX_STATES = 64;

  private PlainRuns() {}

  /** The largest number below {@code max} that is known to be taken; {@code max} for any number. */
  public static int longest(DfaState state, int max) {
    if (state.takesAnyText()) {
      return max;
    }
    Set<DfaState> all = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<DfaState> current = Set.of(state);
    for (int length = 0; length < max; length++) {
      Set<DfaState> next = Collections.newSetFromMap(new IdentityHashMap<>());
      for (DfaState from : current) {
        PlainSuccessors successors = from.plainSuccessors();
        if (!successors.allAllowed()) {
          return length;
        }
        next.addAll(successors.states());
      }
      if (all.size() > MAX_STATES) {
        return length;
      }
      all.addAll(current);
      if (all.containsAll(next)) {
        return max;
      }
      current = next;
    }
    return max - 1;
  }
}
