package io.streamweir.text.grammar;

/**
 * An output format that is refused: it is broken, asks for what is not supported, or costs more
 * than is allowed. The message says which part of it, where, and what to do.
 */
public final class ConstraintException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String keyword;
  private final String place;
  private final String reason;

  public ConstraintException(String keyword, String place, String reason) {
    super("Output format, '" + keyword + "' at " + place + ": " + reason + ".");
    this.keyword = keyword;
    this.place = place;
    this.reason = reason;
  }

  /** The keyword concerned, such as {@code pattern}; for the other formats their kind. */
  public String keyword() {
    return keyword;
  }

  /** Where it stands: a JSON pointer into the schema, else a position in the text. */
  public String place() {
    return place;
  }

  /** What is wrong, without the full stop. */
  public String reason() {
    return reason;
  }
}
