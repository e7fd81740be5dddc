package io.streamweir.text.grammar;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.grammar.rule.Grammar;
import io.streamweir.text.grammar.vocabulary.TokenTrie;
import io.streamweir.text.tokenizer.Vocabulary;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes constraints for one model and keeps those used last.
 *
 * <p>Thread-safe. Takes some 10 MB for a vocabulary of 150,000 tokens, and up to {@link
 * Constraint#MAX_WEIGHT_KB} for each constraint that is kept, usually a small part of that.
 */
public final class ConstraintCompiler {
  private static final int KEPT = 16;

  private final TokenTrie trie;
  private final EndTokens endTokens;
  private final int leadingSpacesDropped;
  private final Optional<TextEncoder> encoder;
  private final Map<OutputFormat, Constraint> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<OutputFormat, Constraint> eldest) {
          return size() > KEPT;
        }
      };

  /** As below, without forced tokens beyond those that are the only one allowed. */
  public ConstraintCompiler(Vocabulary vocabulary, Set<Integer> endTokenIds) {
    this(vocabulary, endTokenIds, Optional.empty());
  }

  /**
   * @param endTokenIds the ids that end an answer: allowed when the text is complete, never before
   * @param encoder the tokenizer of the model, to find forced tokens
   */
  public ConstraintCompiler(Vocabulary vocabulary, Set<Integer> endTokenIds, TextEncoder encoder) {
    this(vocabulary, endTokenIds, Optional.of(encoder));
  }

  private ConstraintCompiler(
      Vocabulary vocabulary, Set<Integer> endTokenIds, Optional<TextEncoder> encoder) {
    requireNonNull(vocabulary, "vocabulary is null");
    this.trie = new TokenTrie(vocabulary, endTokenIds);
    this.endTokens = new EndTokens(endTokenIds, vocabulary.size());
    this.leadingSpacesDropped = vocabulary.leadingSpacesDropped();
    this.encoder = encoder;
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
            encoder);
    synchronized (kept) {
      Constraint earlier = kept.putIfAbsent(format, made);
      return earlier == null ? made : earlier;
    }
  }
}
