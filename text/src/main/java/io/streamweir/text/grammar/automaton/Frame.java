package io.streamweir.text.grammar.automaton;

import io.streamweir.text.grammar.rule.Rule;

/**
 * An entry of a {@link StackNode}: go on in {@code rule} at {@code position}, then with {@code
 * rest}. One object per content within an automaton, so compared by identity.
 *
 * @param rule null for the end of the text
 * @param id the order in which frames were made
 */
record Frame(Rule rule, int position, StackNode rest, int id) {

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return id;
  }
}
