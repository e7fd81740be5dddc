package io.streamweir.text.template.parse;

/** What a quoted string stands for, with Python's escapes. */
final class StringLiteral {
  private final String body;
  private final int line;
  private final StringBuilder out = new StringBuilder();
  private int position;

  private StringLiteral(String body, int line) {
    this.body = body;
    this.line = line;
  }

  static String value(String quoted, int line) {
    return new StringLiteral(quoted.substring(1, quoted.length() - 1), line).unescape();
  }

  private String unescape() {
    while (position < body.length()) {
      char c = body.charAt(position++);
      if (c == '\\') {
        escape(body.charAt(position++));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private void escape(char c) {
    switch (c) {
      case '\n' -> {}
      case 'n' -> out.append('\n');
      case 't' -> out.append('\t');
      case 'r' -> out.append('\r');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'a' -> out.append('\u0007');
      case 'v' -> out.append('\u000B');
      case '\\', '\'', '"' -> out.append(c);
      case 'x' -> code(2);
      case 'u' -> code(4);
      case 'U' -> code(8);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal();
      default -> out.append('\\').append(c);
    }
  }

  private void code(int digits) {
    int end = position + digits;
    if (end > body.length() || !body.substring(position, end).matches("[0-9a-fA-F]+")) {
      throw new SyntaxFailure(line, "a string has a truncated escape");
    }
    long code = Long.parseLong(body.substring(position, end), 16);
    if (code > Character.MAX_CODE_POINT) {
      throw new SyntaxFailure(line, "a string has an escape beyond U+10FFFF");
    }
    out.appendCodePoint((int) code);
    position = end;
  }

  private void octal() {
    int start = position - 1;
    int end = start;
    while (end < body.length()
        && end < start + 3
        && body.charAt(end) >= '0'
        && body.charAt(end) <= '7') {
      end++;
    }
    out.append((char) Integer.parseInt(body.substring(start, end), 8));
    position = end;
  }
}
