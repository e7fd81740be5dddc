package io.streamweir.text.grammar;

import java.util.function.Supplier;

/**
 * An output format, ready to be followed by any number of sequences at once.
 *
 * <p>What is found out for one sequence (states, masks) serves the others. When that has grown too
 * large it is dropped, and the sequences go over to a new automaton. Thread-safe.
 */
public final class Constraint {
  /** What a constraint may take in memory before it starts afresh, in kilobytes. */
  static final long MAX_WEIGHT_KB = 8_000;

  private final Supplier<TokenAutomaton> maker;
  private final EndTokens endTokens;
  private final long grammarKb;
  private volatile TokenAutomaton current;

  /**
   * @param grammarKb what the grammar takes in memory, in kilobytes
   */
  Constraint(Supplier<TokenAutomaton> maker, EndTokens endTokens, long grammarKb) {
    this.maker = maker;
    this.endTokens = endTokens;
    this.grammarKb = grammarKb;
    this.current = maker.get();
  }

  /** A sequence at its beginning. */
  public ConstraintState start() {
    return new ConstraintState(this);
  }

  /**
   * A sequence that has tokens already, after a crash for instance.
   *
   * @throws IllegalArgumentException if one of them is not allowed where it stands
   */
  public ConstraintState resume(int[] tokens) {
    ConstraintState state = start();
    for (int i = 0; i < tokens.length; i++) {
      if (!state.accept(tokens[i])) {
        throw new IllegalArgumentException(
            "Token %d at position %d is not allowed by the output format; were these tokens made"
                    .formatted(tokens[i], i)
                + " under another one?");
      }
    }
    return state;
  }

  /** How many 64-bit words a mask needs at least. */
  public int maskWords() {
    return endTokens.maskWords();
  }

  /** What it takes in memory, in kilobytes; any thread, as of not long ago. */
  long weightKb() {
    return grammarKb + current.weightKb();
  }

  EndTokens endTokens() {
    return endTokens;
  }

  TokenAutomaton current() {
    return current;
  }

  /** Starts afresh if the automaton has grown too large. */
  void replaceIfTooLarge(TokenAutomaton used) {
    if (used.tooLarge() && used == current) {
      current = maker.get();
    }
  }
}
