package io.streamweir.text.grammar.vocabulary;

import io.streamweir.text.grammar.regex.DfaState;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Work;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Remembers the tokens of terminals by their languages: those of the terminals that all constraints
 * share for as long as the vocabulary, the others for one constraint.
 */
final class TerminalCache {
  private static final int NODES_PER_UNIT = 8;

  private final TokenTrie trie;
  private final ConcurrentMap<Regex, TerminalTokens> shared;
  private final Map<Regex, TerminalTokens> own = new HashMap<>();
  private final Work work;
  private final Origin origin;
  private long weight;

  /**
   * @param work what computing is taken from
   * @param origin what to name when that is too little
   */
  TerminalCache(
      TokenTrie trie, ConcurrentMap<Regex, TerminalTokens> shared, Work work, Origin origin) {
    this.trie = trie;
    this.shared = shared;
    this.work = work;
    this.origin = origin;
  }

  static ConcurrentMap<Regex, TerminalTokens> forAll() {
    return new ConcurrentHashMap<>();
  }

  /** What the tokens do in a state of a terminal; see {@link TerminalTokens#of}. */
  TerminalTokens of(DfaState state) {
    Map<Regex, TerminalTokens> known = state.isShared() ? shared : own;
    TerminalTokens tokens = known.get(state.language());
    if (tokens == null) {
      work.spend(trie.size() / NODES_PER_UNIT, origin);
      tokens = TerminalTokens.of(trie, state);
      known.put(state.language(), tokens);
      weight += state.isShared() ? 0 : tokens.weight();
    }
    return tokens;
  }

  /** Roughly how many kilobytes it takes for the one constraint. */
  long weight() {
    return weight;
  }
}
