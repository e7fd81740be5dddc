package io.streamweir.text.template.parse;

import io.streamweir.text.template.parse.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/** Cuts the inside of one tag into tokens. Inside brackets, the end of a tag is not one. */
final class TagLexer {
  private static final Pattern VARIABLE_END = Pattern.compile("-?\\}\\}");
  private static final Pattern BLOCK_END = Pattern.compile("[-+]?%\\}");
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)(\\d+_)*\\d+((\\.(\\d+_)*\\d+)?[eE][+-]?(\\d+_)*\\d+|\\.(\\d+_)*\\d+)");
  private static final Pattern INTEGER =
      Pattern.compile("0[bB](_?[01])+|0[oO](_?[0-7])+|0[xX](_?[0-9a-fA-F])+|[1-9](_?\\d)*|0(_?0)*");
  private static final Pattern NAME = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern STRING =
      Pattern.compile(
          "'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"",
          Pattern.DOTALL);
  private static final Pattern OPERATOR =
      Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+/*%~\\[\\](){}<>=.:|,;]");

  private final Source source;
  private final List<Token> tokens;
  private final boolean block;
  private final Deque<String> brackets = new ArrayDeque<>();
  private final int firstLine;

  TagLexer(Source source, List<Token> tokens, boolean block) {
    this.source = source;
    this.tokens = tokens;
    this.block = block;
    this.firstLine = source.line();
  }

  void scan() {
    do {
      source.skipSpace();
      if (source.atEnd()) {
        throw new SyntaxFailure(firstLine, "the tag that starts here has no end");
      }
    } while (!end() && next());
  }

  private boolean end() {
    if (!brackets.isEmpty()) {
      return false;
    }
    int line = source.line();
    String end = source.takeMatch(block ? BLOCK_END : VARIABLE_END);
    if (end == null) {
      return false;
    }
    tokens.add(new Token(block ? Kind.BLOCK_END : Kind.VARIABLE_END, end, line));
    if (end.startsWith("-")) {
      source.skipSpace();
    } else if (block && !end.startsWith("+")) {
      source.skipLineEnd();
    }
    return true;
  }

  /** Takes one token; always true. */
  private boolean next() {
    int line = source.line();
    if (take(Kind.FLOAT, FLOAT) || take(Kind.INTEGER, INTEGER) || take(Kind.NAME, NAME)) {
      return true;
    }
    String string = source.takeMatch(STRING);
    if (string != null) {
      tokens.add(new Token(Kind.STRING, StringLiteral.value(string, line), line));
      return true;
    }
    String operator = source.takeMatch(OPERATOR);
    if (operator == null) {
      throw new SyntaxFailure(line, "unexpected character '" + source.current() + "'");
    }
    balance(operator, line);
    tokens.add(new Token(Kind.OPERATOR, operator, line));
    return true;
  }

  private boolean take(Kind kind, Pattern pattern) {
    int line = source.line();
    String text = source.takeMatch(pattern);
    if (text != null) {
      tokens.add(new Token(kind, text, line));
    }
    return text != null;
  }

  private void balance(String operator, int line) {
    switch (operator) {
      case "(" -> brackets.push(")");
      case "[" -> brackets.push("]");
      case "{" -> brackets.push("}");
      case ")", "]", "}" -> {
        if (!operator.equals(brackets.poll())) {
          throw new SyntaxFailure(line, "unexpected '" + operator + "'");
        }
      }
      default -> {}
    }
  }
}
