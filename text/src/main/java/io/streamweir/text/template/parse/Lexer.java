package io.streamweir.text.template.parse;

import io.streamweir.text.template.parse.Token.Kind;
import io.streamweir.text.template.value.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Cuts source into data and tags, with {@code trim_blocks} and {@code lstrip_blocks} on, as chat
 * templates expect: the line end after a block tag is dropped, and so is the indentation before one
 * that stands first on its line.
 */
final class Lexer {
  private static final Pattern TAG_BEGIN = Pattern.compile("\\{[%{#]");
  private static final Pattern RAW_BEGIN = Pattern.compile("\\{%[-+]?\\s*raw\\s*-?%\\}");
  private static final Pattern RAW_END = Pattern.compile("\\{%[-+]?\\s*endraw\\s*[-+]?%\\}");
  private static final Pattern COMMENT_END = Pattern.compile("[-+]?#\\}");

  private final Source source;
  private final List<Token> tokens = new ArrayList<>();

  private Lexer(String template) {
    this.source = new Source(template);
  }

  static List<Token> tokens(String template) {
    return new Lexer(template).tokens();
  }

  private List<Token> tokens() {
    while (!source.atEnd()) {
      boolean lineStart = source.atLineStart();
      int line = source.line();
      String data = source.takeUntil(TAG_BEGIN);
      if (source.atEnd()) {
        addData(data, line);
      } else {
        tag(data, line, lineStart);
      }
    }
    tokens.add(new Token(Kind.END, "", source.line()));
    return tokens;
  }

  private void tag(String data, int dataLine, boolean lineStart) {
    String raw = source.takeMatch(RAW_BEGIN);
    int line = source.line();
    String opening = raw == null ? source.take(2) : raw;
    String sign = raw == null ? sign() : opening.substring(2, 3);
    addData(beforeTag(data, opening, sign, lineStart), dataLine);
    if (raw != null) {
      raw(raw.endsWith("-%}"));
    } else if (opening.equals("{#")) {
      comment(line);
    } else {
      boolean block = opening.equals("{%");
      tokens.add(new Token(block ? Kind.BLOCK_BEGIN : Kind.VARIABLE_BEGIN, opening, line));
      new TagLexer(source, tokens, block).scan();
    }
  }

  private String sign() {
    return source.startsWith("-") || source.startsWith("+") ? source.take(1) : "";
  }

  private static String beforeTag(String data, String opening, String sign, boolean lineStart) {
    if (sign.equals("-")) {
      return withoutTrailingSpace(data);
    }
    if (sign.equals("+") || opening.equals("{{")) {
      return data;
    }
    int lineBegin = data.lastIndexOf('\n') + 1;
    boolean wholeLine = lineBegin > 0 || lineStart;
    boolean blank = data.substring(lineBegin).chars().allMatch(PythonText::isSpace);
    return wholeLine && blank ? data.substring(0, lineBegin) : data;
  }

  private static String withoutTrailingSpace(String data) {
    int end = data.length();
    while (end > 0 && PythonText.isSpace(data.charAt(end - 1))) {
      end--;
    }
    return data.substring(0, end);
  }

  private void comment(int line) {
    source.takeUntil(COMMENT_END);
    endOfTag(requireEnd(COMMENT_END, line, "comment"));
  }

  private void raw(boolean stripStart) {
    if (stripStart) {
      source.skipSpace();
    }
    int line = source.line();
    boolean lineStart = source.atLineStart();
    String data = source.takeUntil(RAW_END);
    String end = requireEnd(RAW_END, line, "raw block");
    addData(beforeTag(data, "{%", end.substring(2, 3), lineStart), line);
    endOfTag(end.substring(end.length() - 3));
  }

  private String requireEnd(Pattern pattern, int line, String what) {
    String end = source.takeMatch(pattern);
    if (end == null) {
      throw new SyntaxFailure(line, "the " + what + " that starts here has no end");
    }
    return end;
  }

  private void endOfTag(String end) {
    if (end.startsWith("-")) {
      source.skipSpace();
    } else if (!end.startsWith("+")) {
      source.skipLineEnd();
    }
  }

  private void addData(String data, int line) {
    if (!data.isEmpty()) {
      tokens.add(new Token(Kind.DATA, data, line));
    }
  }
}
