package io.streamweir.text.grammar;

import io.streamweir.text.grammar.automaton.Automaton;
import io.streamweir.text.grammar.automaton.Config;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Work;
import io.streamweir.text.grammar.rule.Grammar;
import io.streamweir.text.grammar.vocabulary.MaskBuilder;
import io.streamweir.text.grammar.vocabulary.TokenSet;
import io.streamweir.text.grammar.vocabulary.TokenTrie;

/**
 * An automaton with the tokens of a model: steps by whole tokens and remembers the masks.
 *
 * <p>Thread-safe: a mask that is known is read without a lock, everything else takes one.
 */
final class TokenAutomaton {
  /** About half a second on a slow core; ordinary formats take less than a thousandth of it. */
  private static final long WORK_PER_CALL = 20_000_000;

  private static final Origin WHOLE = new Origin("grammar", "its whole");
  private static final int STEPS_BETWEEN_WEIGHINGS = 256;

  private final TokenTrie trie;
  private final EndTokens endTokens;
  private final Work work = new Work(WORK_PER_CALL);
  private final Automaton automaton;
  private final MaskBuilder masks;
  private final Config start;
  private long maskWeight;
  private int stepsSinceWeighed;
  private volatile long weightKb;

  TokenAutomaton(Grammar grammar, TokenTrie trie, EndTokens endTokens, int leadingSpacesDropped) {
    this.trie = trie;
    this.endTokens = endTokens;
    this.automaton = new Automaton(grammar, work, WHOLE);
    this.masks = new MaskBuilder(trie, work, WHOLE);
    this.start = automaton.startWithoutLeadingSpaces(leadingSpacesDropped);
    weigh();
  }

  Config start() {
    return start;
  }

  /** The place in this automaton that corresponds to one in an earlier one. */
  synchronized Config adopt(Config other) {
    return automaton.adopt(other);
  }

  /** The state after a token; dead if it is not allowed. */
  synchronized Config step(Config from, int token) {
    byte[] bytes = trie.bytes(token);
    if (bytes == null) {
      return automaton.dead();
    }
    work.restart();
    Config config = from;
    for (int i = 0; i < bytes.length && !config.isDead(); i++) {
      config = automaton.step(config, bytes[i] & 0xff);
    }
    if (++stepsSinceWeighed == STEPS_BETWEEN_WEIGHINGS) {
      weigh();
    }
    return config;
  }

  /** The only byte that may follow; negative if there are several or none. */
  synchronized int onlyByte(Config config) {
    work.restart();
    return config.onlyByte();
  }

  TokenSet mask(Config config) {
    TokenSet known = (TokenSet) config.memo();
    return known == null ? compute(config) : known;
  }

  private synchronized TokenSet compute(Config config) {
    TokenSet known = (TokenSet) config.memo();
    if (known != null) {
      return known;
    }
    work.restart();
    // Where nothing else may follow, which end it is would be a choice without a meaning.
    int[] ends = config.isLast() ? endTokens.first() : endTokens.toArray();
    TokenSet mask = masks.build(automaton, config, ends);
    config.setMemo(mask);
    maskWeight += mask.weight();
    weigh();
    return mask;
  }

  private void weigh() {
    stepsSinceWeighed = 0;
    weightKb = automaton.weight() + masks.weight() + maskWeight;
  }

  /** What it takes in memory, in kilobytes; as of the last mask or some steps ago. */
  long weightKb() {
    return weightKb;
  }

  /** Whether it has grown beyond {@link Constraint#MAX_WEIGHT_KB}. */
  boolean tooLarge() {
    return weightKb > Constraint.MAX_WEIGHT_KB;
  }
}
