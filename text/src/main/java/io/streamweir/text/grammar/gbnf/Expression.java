package io.streamweir.text.grammar.gbnf;

import io.streamweir.text.grammar.regex.Regex;
import java.util.List;

/** The right side of a rule, as it is written. */
sealed interface Expression {

  /** Characters: a literal or a class. */
  record Characters(Regex regex) implements Expression {}

  record Sequence(List<Expression> parts) implements Expression {}

  record Choice(List<Expression> alternatives) implements Expression {}

  /**
   * @param max negative for no limit
   */
  record Repetition(Expression part, int min, int max) implements Expression {}

  record Name(String name, int line) implements Expression {}
}
