package io.streamweir.text.grammar.automaton;

import java.util.List;

/**
 * Where a text stands in a grammar: every terminal that is being read with what follows it. A state
 * of the {@link Automaton}, compared by identity.
 */
public final class Config {
  private static final int SEVERAL = -2;

  private final List<Item> items;
  private final boolean canEnd;
  private final Config[] successors = new Config[256];
  private volatile Object memo;

  Config(List<Item> items, boolean canEnd) {
    this.items = List.copyOf(items);
    this.canEnd = canEnd;
  }

  /** Whether the text may end here. */
  public boolean canEnd() {
    return canEnd;
  }

  /** Whether no text may follow. */
  public boolean isLast() {
    return items.isEmpty();
  }

  /** Whether the text before was not allowed. */
  public boolean isDead() {
    return items.isEmpty() && !canEnd;
  }

  /** The only byte that may follow, if the text may not end; else a negative number. */
  public int onlyByte() {
    int only = -1;
    for (Item item : items) {
      int b = item.state().onlyByte();
      if (b < 0 || canEnd || only >= 0 && only != b) {
        return SEVERAL;
      }
      only = b;
    }
    return only;
  }

  /** What the user of the automaton has remembered here; null at first. */
  public Object memo() {
    return memo;
  }

  /** Remembers something about this state, such as its mask. */
  public void setMemo(Object memo) {
    this.memo = memo;
  }

  /** The terminals that are being read. */
  public List<Item> items() {
    return items;
  }

  Config successor(int b) {
    return successors[b];
  }

  void setSuccessor(int b, Config next) {
    successors[b] = next;
  }
}
