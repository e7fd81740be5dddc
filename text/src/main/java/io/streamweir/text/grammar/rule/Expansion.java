package io.streamweir.text.grammar.rule;

/** Collects what a rule may begin with. */
public interface Expansion {

  /** The text may go on with this terminal, and after it with {@code rest}. */
  void terminal(Lexeme lexeme, Stack rest);

  /** The rule is done without any text; {@code rest} is next. */
  void done(Stack rest);

  /** A stack whose next step is {@link Rule#resume} of {@code rule} at {@code position}. */
  Stack push(Rule rule, int position, Stack rest);
}
