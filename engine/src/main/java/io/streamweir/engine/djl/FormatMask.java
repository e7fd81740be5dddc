package io.streamweir.engine.djl;

import io.streamweir.engine.TokenMask;
import io.streamweir.text.grammar.Constraint;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.ConstraintState;
import java.util.Arrays;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets through the tokens with which the text stays within a format. */
final class FormatMask implements TokenMask {

  private static final Logger LOG = LoggerFactory.getLogger(FormatMask.class);

  private final ConstraintState state;
  private final long[] bits;
  private boolean prepared;

  FormatMask(Constraint constraint) {
    this.state = constraint.start();
    this.bits = new long[constraint.maskWords()];
  }

  /** A format that cannot be followed from here lets nothing through. */
  @Override
  public void prepare() {
    if (prepared) {
      return;
    }
    try {
      state.mask(bits);
    } catch (ConstraintException e) {
      LOG.info("A response_format cannot be followed: {}", e.getMessage());
      Arrays.fill(bits, 0);
    }
    prepared = true;
  }

  /** The model may have ids that the tokenizer does not know, and the other way round. */
  @Override
  public void apply(long[] allowed) {
    prepare();
    for (int word = 0; word < allowed.length; word++) {
      allowed[word] &= word < bits.length ? bits[word] : 0;
    }
  }

  @Override
  public OptionalInt only() {
    try {
      return state.onlyToken();
    } catch (ConstraintException e) {
      return OptionalInt.empty(); // the mask meets it again, and tells
    }
  }

  /**
   * @throws IllegalStateException if the token is not allowed where it stands
   */
  @Override
  public void accept(int token) {
    prepared = false;
    if (!state.accept(token)) {
      throw new IllegalStateException(
          "Token " + token + " is not allowed here by the response_format of its request");
    }
  }
}
