package io.streamweir.text.grammar.vocabulary;

import io.streamweir.text.grammar.automaton.Automaton;
import io.streamweir.text.grammar.automaton.Config;
import io.streamweir.text.grammar.automaton.Item;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Work;
import java.util.Arrays;

/**
 * Finds the tokens that may come next. What a token does within a terminal does not depend on what
 * comes after it, so that is looked up; only where a terminal ends within a token are trie and
 * automaton walked together.
 *
 * <p>Not thread-safe.
 */
public final class MaskBuilder {
  private final TokenTrie trie;
  private final TerminalCache terminals;
  private final Config[] path;
  private final IntList found = new IntList();

  /**
   * @param work what walking is taken from
   * @param origin what to name when that is too little
   */
  public MaskBuilder(TokenTrie trie, Work work, Origin origin) {
    this.trie = trie;
    this.terminals = new TerminalCache(trie, trie.sharedTerminals(), work, origin);
    this.path = new Config[trie.maxDepth() + 1];
  }

  /**
   * The tokens that may follow.
   *
   * @param atEnd the ids that are allowed when the text may end
   */
  public TokenSet build(Automaton automaton, Config config, int[] atEnd) {
    found.clear();
    int plain = 0;
    for (Item item : config.items()) {
      plain = Math.max(plain, addTokens(automaton, item));
    }
    if (config.canEnd()) {
      found.addAll(atEnd);
    }
    return mask(plain == 0 ? null : trie.plainTokens(plain));
  }

  /** Adds the tokens that may go on with an item; returns how long plain ones may be. */
  private int addTokens(Automaton automaton, Item item) {
    TerminalTokens tokens = terminals.of(item.state());
    Config after = automaton.after(item);
    if (after.isDead()) {
      return 0; // nested as deep as is followed: nothing could come behind the terminal
    }
    if (!after.isLast()) {
      if (tokens.exits().isEmpty()) {
        walk(automaton, automaton.only(item), 0);
        return 0;
      }
      for (int exit : tokens.exits().get()) {
        walk(automaton, after, exit);
      }
    }
    found.addAll(tokens.inside());
    return tokens.plain();
  }

  /** Adds the tokens below a node. */
  private void walk(Automaton automaton, Config config, int below) {
    int start = trie.depth(below);
    path[start] = config;
    int end = trie.subtreeEnd(below);
    int node = below + 1;
    while (node < end) {
      int depth = trie.depth(node);
      Config next = automaton.step(path[depth - 1], trie.label(node));
      if (next.isDead()) {
        node = trie.subtreeEnd(node);
        continue;
      }
      path[depth] = next;
      for (int token = trie.tokenAt(node); token >= 0; token = trie.sameBytes(token)) {
        found.add(token);
      }
      node++;
    }
  }

  /** As bits where these take less room than the list. */
  private TokenSet mask(long[] shared) {
    int[] more = found.toArray();
    int words = trie.plainTokens(0).length;
    if (more.length <= 2 * words) {
      return new TokenSet(shared, more, more.length / 256);
    }
    int largest = Arrays.stream(more).max().orElse(0);
    int length = Math.max(words, largest / 64 + 1);
    long[] own = shared == null ? new long[length] : Arrays.copyOf(shared, length);
    for (int id : more) {
      own[id >> 6] |= 1L << id;
    }
    return new TokenSet(own, new int[0], length / 128);
  }

  /** Roughly how many kilobytes it takes. */
  public long weight() {
    return terminals.weight();
  }
}
