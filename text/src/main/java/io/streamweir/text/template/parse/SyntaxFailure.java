package io.streamweir.text.template.parse;

/** A template that cannot be parsed. */
public final class SyntaxFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;

  SyntaxFailure(int line, String message) {
    super(message);
    this.line = line;
  }

  public int line() {
    return line;
  }
}
