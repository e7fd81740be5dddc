package io.streamweir.text.template;

/** A template that cannot be parsed, or a conversation that it cannot render. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final boolean refusal;

  TemplateException(int line, String reason, boolean refusal, Throwable cause) {
    super("Chat template, line " + line + ": " + reason, cause);
    this.line = line;
    this.refusal = refusal;
  }

  /** The line of the template, from 1. */
  public int line() {
    return line;
  }

  /**
   * Whether the template itself refused the conversation ({@code raise_exception}), for instance
   * because roles do not alternate: then the request is at fault and the message says how.
   */
  public boolean refusal() {
    return refusal;
  }
}
