package io.streamweir.text.grammar.rule;

import java.util.List;
import java.util.function.Consumer;

/**
 * A part of a grammar. Rules are compared by identity and do not change once their {@link Grammar}
 * exists.
 */
public abstract class Rule {
  private boolean nullable;
  private boolean productive;

  /**
   * Adds to {@code expansion} what this rule may begin with, given what follows it. Called for
   * productive rules only.
   */
  public abstract void expand(Expansion expansion, Stack rest);

  /**
   * Goes on within this rule. Only for rules that push themselves.
   *
   * @param position as it was pushed
   */
  public void resume(int position, Expansion expansion, Stack rest) {
    throw new UnsupportedOperationException(getClass().getSimpleName() + " has no positions.");
  }

  /** The rules this one consists of; empty for a reference. */
  abstract List<Rule> parts();

  abstract boolean isNullable();

  abstract boolean isProductive();

  /** The references that the rule may begin with, before any text. */
  abstract void leftReferences(Consumer<Reference> references);

  /** Whether the rule may be empty. */
  final boolean nullable() {
    return nullable;
  }

  /** Whether any finite text belongs to the rule. */
  public final boolean productive() {
    return productive;
  }

  /** Takes over what is known of the parts; returns whether that changed anything. */
  final boolean update() {
    boolean nullableNow = isNullable();
    boolean productiveNow = isProductive();
    boolean changed = nullable != nullableNow || productive != productiveNow;
    nullable = nullableNow;
    productive = productiveNow;
    return changed;
  }
}
