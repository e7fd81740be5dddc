package io.streamweir.text.grammar.vocabulary;

import io.streamweir.text.grammar.regex.DfaState;
import io.streamweir.text.grammar.regex.Regex;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Remembers the tokens of terminals by their languages: those of the terminals that all constraints
 * share for as long as the vocabulary, the others for one constraint.
 */
final class TerminalCache {
  private final TokenTrie trie;
  private final ConcurrentMap<Regex, Optional<TerminalTokens>> shared;
  private final Map<Regex, Optional<TerminalTokens>> own = new HashMap<>();
  private long weight;

  TerminalCache(TokenTrie trie, ConcurrentMap<Regex, Optional<TerminalTokens>> shared) {
    this.trie = trie;
    this.shared = shared;
  }

  static ConcurrentMap<Regex, Optional<TerminalTokens>> forAll() {
    return new ConcurrentHashMap<>();
  }

  /** Null if they have not been computed yet. */
  Optional<TerminalTokens> known(DfaState state) {
    return (state.isShared() ? shared : own).get(state.language());
  }

  Optional<TerminalTokens> compute(DfaState state) {
    Optional<TerminalTokens> tokens = TerminalTokens.of(trie, state);
    if (state.isShared()) {
      shared.put(state.language(), tokens);
    } else {
      own.put(state.language(), tokens);
      weight += tokens.map(TerminalTokens::weight).orElse(0);
    }
    return tokens;
  }

  /** Roughly how many kilobytes it takes for the one constraint. */
  long weight() {
    return weight;
  }
}
