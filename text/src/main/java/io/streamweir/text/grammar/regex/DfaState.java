package io.streamweir.text.grammar.regex;

/**
 * A state of a {@link Dfa}: what may follow the bytes read so far. Compared by identity.
 *
 * <p>Thread-safe: successors are filled in by any thread, always with the same object.
 */
public final class DfaState {
  /** The state from which nothing is accepted; its steps lead to itself. */
  public static final DfaState DEAD = new DfaState(null, Regex.nothing());

  private final Dfa dfa;
  private final Regex regex;
  private final byte[] classOf;
  private final int[] representatives;
  private final DfaState[] successors;
  private Liveness liveness;
  private volatile PlainSuccessors plainSuccessors;

  DfaState(Dfa dfa, Regex regex) {
    ByteClasses classes = new ByteClasses();
    regex.splitHeads(classes);
    this.dfa = dfa;
    this.regex = regex;
    this.classOf = classes.classOf();
    this.representatives = classes.representatives();
    this.successors = new DfaState[representatives.length];
    this.liveness = initialLiveness(regex);
    if (dfa == null) {
      successors[0] = this;
    }
  }

  private static Liveness initialLiveness(Regex regex) {
    if (regex == Regex.nothing()) {
      return Liveness.DEAD;
    }
    return regex.nullable() || !regex.mayBeEmpty() ? Liveness.LIVE : Liveness.UNKNOWN;
  }

  /** The state after the byte {@code b}, {@link #DEAD} where it is not allowed. */
  public DfaState step(int b) {
    int index = classOf[b] & 0xff;
    DfaState next = successors[index];
    if (next == null) {
      next = dfa.successor(this, b);
      successors[index] = next;
    }
    return next;
  }

  /** Whether the text may end here. */
  public boolean accepting() {
    return regex.nullable();
  }

  /** Whether any byte may follow. */
  public boolean canContinue() {
    if (regex == Regex.empty()) {
      return false;
    }
    if (!regex.mayBeEmpty()) {
      return true;
    }
    for (int b : representatives) {
      if (step(b) != DEAD) {
        return true;
      }
    }
    return false;
  }

  /** The texts that may follow. */
  public Regex language() {
    return regex;
  }

  /** What its automaton was made for. */
  public Origin origin() {
    return dfa.origin();
  }

  /** Whether it belongs to an automaton that all constraints share. */
  public boolean isShared() {
    return dfa != null && dfa.isShared();
  }

  /** Whether plain characters may follow without end; false if that is not known. */
  public boolean takesAnyText() {
    return regex.takesAnyText();
  }

  /** The only byte that may follow, if the text may not end here; else a negative number. */
  public int onlyByte() {
    if (accepting()) {
      return -1;
    }
    int only = -1;
    for (int b = 0; b < 256; b++) {
      if (step(b) != DEAD) {
        if (only >= 0) {
          return -1;
        }
        only = b;
      }
    }
    return only;
  }

  /** What one character of ordinary text leads to, see {@link PlainSuccessors}. */
  public PlainSuccessors plainSuccessors() {
    PlainSuccessors known = plainSuccessors;
    if (known == null) {
      known = PlainSuccessors.of(this);
      plainSuccessors = known;
    }
    return known;
  }

  int[] representatives() {
    return representatives;
  }

  /** Guarded by the automaton. */
  Liveness liveness() {
    return liveness;
  }

  void setLiveness(Liveness liveness) {
    this.liveness = liveness;
  }
}
