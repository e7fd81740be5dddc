package io.streamweir.text.grammar.vocabulary;

import io.streamweir.text.grammar.automaton.PlainRuns;
import io.streamweir.text.grammar.regex.DfaState;
import java.util.Optional;

/**
 * What the tokens of a vocabulary do at a point within a terminal, whatever follows the terminal:
 * those that stay within it, and where in the trie it may end.
 *
 * @param plain the tokens of {@link TokenTrie#plainTokens(int)} of that many characters stay within
 * @param inside further tokens that stay within
 * @param exits nodes below which tokens go on after the end of the terminal; empty if it may end
 *     nearly anywhere, so that there are too many
 */
record TerminalTokens(int plain, int[] inside, Optional<int[]> exits) {
  /** With more, it takes less time and room to follow what comes after all along. */
  private static final int MAX_EXITS = 30_000;

  static TerminalTokens of(TokenTrie trie, DfaState start) {
    int plain = PlainRuns.longest(start, TokenTrie.longestPlainRun());
    DfaState[] path = new DfaState[trie.maxDepth() + 1];
    path[0] = start;
    IntList inside = new IntList();
    IntList exits = new IntList();
    boolean tooMany = false;
    int node = 1;
    while (node < trie.size()) {
      int depth = trie.depth(node);
      boolean covered = trie.onlyPlainWithin(node, plain);
      DfaState next = covered ? DfaState.DEAD : path[depth - 1].step(trie.label(node));
      if (next == DfaState.DEAD) {
        node = trie.subtreeEnd(node);
        continue;
      }
      path[depth] = next;
      for (int token = trie.tokenAt(node); token >= 0; token = trie.sameBytes(token)) {
        inside.add(token);
      }
      if (next.accepting() && trie.subtreeEnd(node) > node + 1) {
        tooMany |= exits.size() >= MAX_EXITS;
        if (!tooMany) {
          exits.add(node);
        }
      }
      node++;
    }
    return new TerminalTokens(
        plain, inside.toArray(), tooMany ? Optional.empty() : Optional.of(exits.toArray()));
  }

  /** Roughly how many kilobytes it takes. */
  int weight() {
    return (inside.length + exits.map(nodes -> nodes.length).orElse(0)) / 256;
  }
}
