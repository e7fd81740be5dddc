package io.streamweir.text.template.value;

/** A failure while a template is evaluated; the line is added where the statement is known. */
public final class TemplateFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it is, because callers answer for them differently. */
  public enum Kind {
    /** An operation on values that do not support it. */
    TYPE,
    /** Something was used that has no value. */
    UNDEFINED,
    /** A construct of the language that is not supported. */
    UNSUPPORTED,
    /** A change of a value that templates may only read. */
    SECURITY,
    /** The template itself refused the conversation with {@code raise_exception}. */
    RAISED,
    /** A limit on steps, output or depth. */
    LIMIT
  }

  private final Kind kind;

  public TemplateFailure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public static TemplateFailure type(String message) {
    return new TemplateFailure(Kind.TYPE, message);
  }

  public static TemplateFailure limit(String message) {
    return new TemplateFailure(Kind.LIMIT, message);
  }

  public static TemplateFailure unsupported(String message) {
    return new TemplateFailure(Kind.UNSUPPORTED, message);
  }

  public Kind kind() {
    return kind;
  }
}
