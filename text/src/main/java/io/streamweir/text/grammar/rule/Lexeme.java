package io.streamweir.text.grammar.rule;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.grammar.regex.Dfa;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Work;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A terminal: one text of a regular language. */
public final class Lexeme extends Rule {
  /** For the check that a language is not empty. */
  private static final long CHECK_WORK = 5_000_000;

  private final Regex regex;
  private final Origin origin;
  private final Dfa shared;

  private Lexeme(Regex regex, Origin origin, Dfa shared) {
    this.regex = requireNonNull(regex, "regex is null");
    this.origin = requireNonNull(origin, "origin is null");
    this.shared = shared;
  }

  /**
   * @param origin what to name when the language is too large
   */
  public static Lexeme of(Regex regex, Origin origin) {
    return new Lexeme(regex, origin, null);
  }

  /** A terminal of many grammars, with a small automaton that all of them use. */
  public static Lexeme shared(Regex regex, String name) {
    Origin origin = new Origin("json", name);
    return new Lexeme(regex, origin, Dfa.ofSmall(regex, origin));
  }

  public Regex regex() {
    return regex;
  }

  public Origin origin() {
    return origin;
  }

  /** The automaton, if this is a terminal of many grammars. */
  public Optional<Dfa> shared() {
    return Optional.ofNullable(shared);
  }

  @Override
  public void expand(Expansion expansion, Stack rest) {
    expansion.terminal(this, rest);
  }

  @Override
  List<Rule> parts() {
    return List.of();
  }

  @Override
  boolean isNullable() {
    return regex.nullable();
  }

  @Override
  boolean isProductive() {
    return productive() || shared != null || hasTexts();
  }

  private boolean hasTexts() {
    return regex != Regex.nothing()
        && (regex.certainlyHasTexts()
            || new Dfa(regex, origin, new Work(CHECK_WORK)).start() != null);
  }

  @Override
  void leftReferences(Consumer<Reference> references) {
    // A terminal refers to nothing.
  }
}
