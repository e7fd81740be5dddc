package io.streamweir.text.grammar;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.grammar.rule.Grammar;
import io.streamweir.text.grammar.vocabulary.TokenTrie;
import io.streamweir.text.tokenizer.Vocabulary;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes constraints for one model and keeps those used last.
 *
 * <p>Thread-safe. Takes some 10 MB for a vocabulary of 150,000 tokens, and for the constraints that
 * are kept {@link #MAX_KEPT_KB}, beside the one that was made last. Those that sequences follow and
 * that are not kept any more take up to {@link Constraint#MAX_WEIGHT_KB} each, usually a small part
 * of that.
 */
public final class ConstraintCompiler {
  /** What the kept constraints take in memory together, in kilobytes. */
  static final long MAX_KEPT_KB = 32_000;

  private static final int MAX_KEPT = 256;

  /** Of the rules that a character of a format becomes, about, with the character itself. */
  private static final int GRAMMAR_BYTES = 20;

  private final TokenTrie trie;
  private final EndTokens endTokens;
  private final int leadingSpacesDropped;

  /** The one that was not used for longest first. */
  private final Map<OutputFormat, Constraint> kept = new LinkedHashMap<>(16, 0.75f, true);

  /** As below, without markers. */
  public ConstraintCompiler(Vocabulary vocabulary, Set<Integer> endTokenIds) {
    this(vocabulary, endTokenIds, List.of());
  }

  /**
   * @param endTokenIds the ids that end an answer: allowed when the text is complete, never before;
   *     the first one alone where the text cannot go on
   * @param markers control tokens that stand for their spelling all the same, where the vocabulary
   *     has them
   */
  public ConstraintCompiler(
      Vocabulary vocabulary, Set<Integer> endTokenIds, Collection<String> markers) {
    requireNonNull(vocabulary, "vocabulary is null");
    Set<Integer> spelled = new HashSet<>();
    markers.forEach(marker -> vocabulary.idOf(marker).ifPresent(spelled::add));
    this.trie = new TokenTrie(vocabulary, endTokenIds, spelled);
    this.endTokens = new EndTokens(endTokenIds, vocabulary.size());
    this.leadingSpacesDropped = vocabulary.leadingSpacesDropped();
  }

  /**
   * The constraint of a format; the same object again while it is kept.
   *
   * @throws ConstraintException if the format is broken, not supported or too large
   */
  public Constraint compile(OutputFormat format) {
    requireNonNull(format, "format is null");
    synchronized (kept) {
      Constraint known = kept.get(format);
      if (known != null) {
        return known;
      }
    }
    Grammar grammar = FormatGrammar.of(format);
    Constraint made =
        new Constraint(
            () -> new TokenAutomaton(grammar, trie, endTokens, leadingSpacesDropped),
            endTokens,
            format.characters() * GRAMMAR_BYTES >> 10);
    synchronized (kept) {
      Constraint earlier = kept.putIfAbsent(format, made);
      dropUnused();
      return earlier == null ? made : earlier;
    }
  }

  /** Weighed anew each time, because a constraint grows while it is followed. */
  private void dropUnused() {
    long weight = keptKb();
    for (Iterator<Constraint> all = kept.values().iterator();
        kept.size() > 1 && (weight > MAX_KEPT_KB || kept.size() > MAX_KEPT); ) {
      weight -= all.next().weightKb();
      all.remove();
    }
  }

  /** What the kept constraints take in memory, in kilobytes. */
  long keptKb() {
    synchronized (kept) {
      return kept.values().stream().mapToLong(Constraint::weightKb).sum();
    }
  }
}
