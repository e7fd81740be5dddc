package io.streamweir.engine;

import java.util.OptionalInt;

/**
 * Says which tokens may come next in one sequence, for example because they keep the text within a
 * grammar. Has the state of one sequence and is called by one thread at a time.
 *
 * <p>The engine makes one for each submission of a request and hands it all tokens of the
 * completion in order, those of {@link EngineRequest#generatedTokenIds()} first: a resumed sequence
 * has the state that it had. A mask that throws ends its own sequence only.
 */
public interface TokenMask {

  /**
   * Finds out ahead what the next {@link #apply} needs. Called while the step is computed, from
   * another thread than the rest; not called before every step, and not needed.
   */
  default void prepare() {}

  /**
   * Clears the bits of the tokens that must not come next.
   *
   * <p>Bit {@code t & 63} of word {@code t >> 6} stands for token t. The bits of all ids below the
   * model's vocabulary size come set, ids that the tokenizer does not know included.
   * End-of-sequence tokens are tokens like others. If no bit is left, the sequence ends with the
   * error {@code no_token_allowed}.
   */
  void apply(long[] allowed);

  /**
   * The token that has to come next, if {@link #apply} would leave no other; empty where that is
   * costly to find out, and by default. The engine takes it without a step of its own. Called on
   * the thread of {@link #apply}.
   */
  default OptionalInt only() {
    return OptionalInt.empty();
  }

  /** The token is now the next of the completion; called for the last one, too. */
  void accept(int token);

  /** Makes the mask of one sequence, before its first token. */
  @FunctionalInterface
  interface Factory {
    TokenMask create();
  }
}
