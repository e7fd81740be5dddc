package io.streamweir.engine.djl;

import io.streamweir.engine.TokenMask;
import io.streamweir.text.grammar.Constraint;
import io.streamweir.text.grammar.ConstraintState;

/** Lets through the tokens with which the text stays within a format. */
final class FormatMask implements TokenMask {

  private final ConstraintState state;
  private final long[] bits;

  FormatMask(Constraint constraint) {
    this.state = constraint.start();
    this.bits = new long[constraint.maskWords()];
  }

  /** The model may have ids that the tokenizer does not know, and the other way round. */
  @Override
  public void apply(long[] allowed) {
    state.mask(bits);
    for (int word = 0; word < allowed.length; word++) {
      allowed[word] &= word < bits.length ? bits[word] : 0;
    }
  }

  /**
   * @throws IllegalStateException if the token is not allowed where it stands
   */
  @Override
  public void accept(int token) {
    if (!state.accept(token)) {
      throw new IllegalStateException(
          "Token " + token + " is not allowed here by the response_format of its request");
    }
  }
}
