package io.streamweir.text.template.parse;

import io.streamweir.text.template.parse.Token.Kind;
import java.util.List;

/** The tokens with a position, and how deep the parser is nested. */
final class TokenStream {
  /** Deeper nesting than any sane template has would overflow the stack. */
  private static final int MAX_NESTING = 150;

  private final List<Token> tokens;
  private int position;
  private int nesting;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(position);
  }

  Token following() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = current();
    if (position + 1 < tokens.size()) {
      position++;
    }
    return token;
  }

  boolean at(Kind kind) {
    return current().kind() == kind;
  }

  boolean atOperator(String operator) {
    return current().isOperator(operator);
  }

  boolean atName(String name) {
    return current().isName(name);
  }

  boolean skipOperator(String operator) {
    boolean found = atOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipName(String name) {
    boolean found = atName(name);
    if (found) {
      next();
    }
    return found;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  Token expect(Kind kind, String described) {
    if (!at(kind)) {
      throw unexpected(described);
    }
    return next();
  }

  String expectAnyName() {
    return expect(Kind.NAME, "a name").text();
  }

  SyntaxFailure unexpected(String expected) {
    return new SyntaxFailure(
        current().line(), "expected " + expected + ", found " + current().described());
  }

  void enter() {
    if (++nesting > MAX_NESTING) {
      throw new SyntaxFailure(current().line(), "nested more than " + MAX_NESTING + " levels deep");
    }
  }

  void leave() {
    nesting--;
  }
}
