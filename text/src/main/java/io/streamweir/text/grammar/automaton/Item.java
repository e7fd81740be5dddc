package io.streamweir.text.grammar.automaton;

import io.streamweir.text.grammar.regex.DfaState;

/**
 * A terminal that is being read, and what follows it. One object per content within an automaton,
 * so compared by identity.
 */
public final class Item {
  private final DfaState state;
  private final StackNode rest;
  private final int id;

  /**
   * @param id the order in which items were made
   */
  Item(DfaState state, StackNode rest, int id) {
    this.state = state;
    this.rest = rest;
    this.id = id;
  }

  /** Where the terminal is. */
  public DfaState state() {
    return state;
  }

  StackNode rest() {
    return rest;
  }

  int id() {
    return id;
  }
}
