package io.streamweir.text.grammar;

import io.streamweir.text.grammar.automaton.Config;
import io.streamweir.text.grammar.vocabulary.TokenSet;
import java.util.OptionalInt;

/**
 * Where one sequence stands in its output format. It is a function of the accepted tokens alone:
 * {@link Constraint#resume} with the same tokens gives the same masks.
 *
 * <p>One object per sequence; not thread-safe.
 */
public final class ConstraintState {
  private final Constraint constraint;
  private TokenAutomaton automaton;
  private Config config;
  private int count;
  private boolean ended;

  ConstraintState(Constraint constraint) {
    this.constraint = constraint;
    this.automaton = constraint.current();
    this.config = automaton.start();
  }

  /**
   * Writes the tokens that may come next, one bit per id: id {@code i} is bit {@code i % 64} of
   * word {@code i / 64}. All other bits are cleared, also those of the padding of the logits.
   *
   * @param bits at least {@link Constraint#maskWords} words
   * @throws ConstraintException if finding them takes more than a call may, or if no token of the
   *     vocabulary can go on
   */
  public void mask(long[] bits) {
    if (bits.length < constraint.maskWords()) {
      throw new IllegalArgumentException(
          "The mask has %d words of 64 bits, the vocabulary needs %d."
              .formatted(bits.length, constraint.maskWords()));
    }
    if (ended) {
      throw new IllegalStateException("The sequence has ended; there is nothing to mask.");
    }
    tokenMask().copyTo(bits);
  }

  private TokenSet tokenMask() {
    keepUp();
    TokenSet mask = automaton.mask(config);
    constraint.replaceIfTooLarge(automaton);
    if (mask.isEmpty()) {
      throw new ConstraintException(
          "grammar",
          "token " + count + " of the answer",
          "no token can follow here; the format is nested deeper than is followed, or the"
              + " vocabulary cannot spell it");
    }
    return mask;
  }

  /**
   * Goes on with a token.
   *
   * @return false if it is not allowed; then nothing has changed
   */
  public boolean accept(int tokenId) {
    if (ended) {
      return false;
    }
    keepUp();
    if (constraint.endTokens().contains(tokenId)) {
      ended = config.canEnd();
      return ended;
    }
    Config next = automaton.step(config, tokenId);
    if (next.isDead()) {
      return false;
    }
    config = next;
    count++;
    constraint.replaceIfTooLarge(automaton);
    return true;
  }

  /** Whether the text is complete as it is: it may end here, though it may also go on. */
  public boolean mayEnd() {
    return config.canEnd();
  }

  /** Whether nothing can follow any more: an end token was accepted, or only one is left to. */
  public boolean isFinished() {
    return ended || config.isLast();
  }

  /**
   * The token that has to come next, if it is the only one in the mask, be it the end. The mask is
   * made for that only where one byte may follow; else there is next to never a single token.
   *
   * @throws ConstraintException as {@link #mask} does
   */
  public OptionalInt onlyToken() {
    if (ended) {
      return OptionalInt.empty();
    }
    keepUp();
    int only = config.isLast() || automaton.onlyByte(config) >= 0 ? tokenMask().onlyToken() : -1;
    return only < 0 ? OptionalInt.empty() : OptionalInt.of(only);
  }

  /** Moves to the automaton that is in use now. */
  private void keepUp() {
    TokenAutomaton current = constraint.current();
    if (current == automaton) {
      return;
    }
    config = count == 0 ? current.start() : current.adopt(config);
    automaton = current;
  }
}
