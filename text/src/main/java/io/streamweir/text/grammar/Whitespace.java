package io.streamweir.text.grammar;

/** Where white space may stand between the parts of a JSON document. */
public enum Whitespace {
  /** Nowhere. */
  COMPACT,
  /** One space after each comma and colon, as Python's {@code json.dumps} writes. */
  SPACED,
  /**
   * After opening brackets, commas and colons and before closing brackets: one space, or a line
   * break with up to 40 spaces or tabs. Bounded, because a model can go on with white space for
   * ever.
   */
  FLEXIBLE
}
