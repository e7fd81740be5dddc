package io.streamweir.text.output;

/**
 * Finds the end of a JSON value, character by character. It looks at strings and at the depth of
 * brackets only: models write JSON with small faults, and whoever reads the value will judge it.
 */
final class JsonSpan {
  private int depth;
  private boolean inString;
  private boolean escaped;
  private boolean scalar;

  /** What a character is to the value. */
  enum Step {
    /** Part of the value, which goes on. */
    INSIDE,
    /** The last character of the value. */
    LAST,
    /** The first character after a number or literal. */
    BEYOND,
    /** No JSON. */
    BROKEN
  }

  Step accept(char c) {
    if (inString) {
      return inString(c);
    }
    switch (c) {
      case '"':
        inString = !scalar;
        return scalar ? Step.BROKEN : Step.INSIDE;
      case '{', '[':
        depth++;
        return scalar ? Step.BROKEN : Step.INSIDE;
      case '}', ']':
        return closing();
      default:
        return other(c);
    }
  }

  private Step inString(char c) {
    if (escaped) {
      escaped = false;
    } else if (c == '\\') {
      escaped = true;
    } else if (c == '"') {
      inString = false;
      return depth == 0 ? Step.LAST : Step.INSIDE;
    }
    return Step.INSIDE;
  }

  private Step closing() {
    if (depth == 0) {
      return scalar ? Step.BEYOND : Step.BROKEN;
    }
    depth--;
    return depth == 0 ? Step.LAST : Step.INSIDE;
  }

  private Step other(char c) {
    boolean inScalar = c < 0x80 && Character.isLetterOrDigit(c) || "+-.".indexOf(c) >= 0;
    if (depth == 0) {
      boolean first = !scalar;
      scalar = true;
      if (inScalar) {
        return Step.INSIDE;
      }
      return first ? Step.BROKEN : Step.BEYOND;
    }
    return inScalar || c == ',' || c == ':' || Lines.isSpace(c) ? Step.INSIDE : Step.BROKEN;
  }
}
