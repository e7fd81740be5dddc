package io.streamweir.text.grammar.regex;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.grammar.ConstraintException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The automaton of a regular language, built as far as it is walked. Every state can still reach an
 * accepting one: dead ends are found by search and left out, so nothing is allowed that leads
 * nowhere.
 *
 * <p>Bounded: an expression or a search that grows beyond the limits is refused with the name of
 * where it comes from. Thread-safe.
 */
public final class Dfa {
  /** A larger expression, a long list of choices for instance, is not taken. */
  private static final int MAX_START_SIZE = 100_000;

  /** A derivative that is larger than this and than twice the start takes too long to compute. */
  private static final int MAX_GROWN_SIZE = 20_000;

  /** Work for the classes of bytes of a state, apart from the expression. */
  private static final int NEW_STATE = 200;

  private static final int MAX_STATES = 100_000;

  private static final int MAX_SEARCHED_STATES = 20_000;

  private final Origin origin;
  private final Work work;
  private final int maxSize;
  private final Map<Regex, DfaState> states = new HashMap<>();
  private final DfaState start;
  private final boolean shared;

  /**
   * @param origin what to name when a limit is reached
   * @param work what building states is taken from; touched only in calls that build some
   * @throws ConstraintException if it is too large
   */
  public Dfa(Regex regex, Origin origin, Work work) {
    this(regex, origin, work, false);
  }

  private Dfa(Regex regex, Origin origin, Work work, boolean shared) {
    this.shared = shared;
    this.origin = requireNonNull(origin, "origin is null");
    this.work = requireNonNull(work, "work is null");
    this.maxSize = Math.min(Math.max(MAX_GROWN_SIZE, 2 * regex.size()), MAX_START_SIZE);
    DfaState first = stateOf(requireNonNull(regex, "regex is null"));
    this.start = isLive(first) ? first : null;
  }

  /** The automaton of an expression that is known to be small, for all constraints. */
  public static Dfa ofSmall(Regex regex, Origin origin) {
    return new Dfa(regex, origin, Work.unlimited(), true);
  }

  /** The first state; null if the language is empty. */
  public DfaState start() {
    return start;
  }

  Origin origin() {
    return origin;
  }

  boolean isShared() {
    return shared;
  }

  /** How many states have been built. */
  public synchronized int size() {
    return states.size();
  }

  /** The state after {@code b}, or {@link DfaState#DEAD}; computed once per class of bytes. */
  synchronized DfaState successor(DfaState state, int b) {
    DfaState next = rawSuccessor(state, b);
    return isLive(next) ? next : DfaState.DEAD;
  }

  private DfaState rawSuccessor(DfaState state, int b) {
    work.spend(state.language().size(), origin);
    return stateOf(state.language().derive(b));
  }

  private DfaState stateOf(Regex regex) {
    DfaState known = states.get(regex);
    if (known != null) {
      return known;
    }
    if (regex.size() > maxSize || states.size() >= MAX_STATES) {
      throw origin.refuse(
          "needs too many states to be followed; make it simpler or its repetitions shorter");
    }
    work.spend(NEW_STATE, origin);
    DfaState state = new DfaState(this, regex);
    states.put(regex, state);
    return state;
  }

  /** Whether an accepting state can be reached; remembers what it finds out on the way. */
  private boolean isLive(DfaState state) {
    if (state.liveness() != Liveness.UNKNOWN) {
      return state.liveness() == Liveness.LIVE;
    }
    Map<DfaState, DfaState> cameFrom = new IdentityHashMap<>();
    Deque<DfaState> open = new ArrayDeque<>();
    cameFrom.put(state, state);
    open.push(state);
    while (!open.isEmpty()) {
      DfaState current = open.pop();
      if (current.liveness() == Liveness.LIVE) {
        markPath(current, cameFrom);
        return true;
      }
      for (DfaState next : rawSuccessors(current)) {
        if (next.liveness() != Liveness.DEAD && cameFrom.putIfAbsent(next, current) == null) {
          open.push(next);
        }
      }
      if (cameFrom.size() > MAX_SEARCHED_STATES) {
        throw origin.refuse(
            "cannot be checked for dead ends within bounds; make it simpler, or the minimum"
                + " length or the divisor beside it smaller");
      }
    }
    cameFrom.keySet().forEach(dead -> dead.setLiveness(Liveness.DEAD));
    return false;
  }

  private List<DfaState> rawSuccessors(DfaState state) {
    List<DfaState> successors = new ArrayList<>();
    for (int b : state.representatives()) {
      successors.add(rawSuccessor(state, b));
    }
    return successors;
  }

  private static void markPath(DfaState end, Map<DfaState, DfaState> cameFrom) {
    DfaState current = end;
    while (true) {
      current.setLiveness(Liveness.LIVE);
      DfaState previous = cameFrom.get(current);
      if (previous == current) {
        return;
      }
      current = previous;
    }
  }
}
