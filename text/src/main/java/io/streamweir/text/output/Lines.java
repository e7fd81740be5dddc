package io.streamweir.text.output;

/** White space that belongs to a marker beside it and is no part of what the model says. */
final class Lines {
  /**
   * No more line ends than this are held back for the marker that may follow, so that the work does
   * not grow with the square of their number.
   */
  static final int MAX_BEFORE_MARKER = 4;

  /** The same for all white space: where an answer begins, and between two tool calls. */
  static final int MAX_SPACE = 16;

  private Lines() {}

  /** How many of the characters before a position are line ends that a marker there would own. */
  static int before(CharSequence text, int at) {
    int count = 0;
    while (count < Math.min(at, MAX_BEFORE_MARKER) && isLineEnd(text.charAt(at - 1 - count))) {
      count++;
    }
    return count;
  }

  /** How many line ends the text begins with. */
  static int leading(CharSequence text) {
    int count = 0;
    while (count < text.length() && isLineEnd(text.charAt(count))) {
      count++;
    }
    return count;
  }

  /** How many white space characters the text begins with; not more than the given number. */
  static int leadingSpace(CharSequence text, int limit) {
    int count = 0;
    while (count < Math.min(text.length(), limit) && isSpace(text.charAt(count))) {
      count++;
    }
    return count;
  }

  /**
   * The text from a position on, no more of it than there is of the marker, so that looking does
   * not copy a whole answer.
   */
  static String at(CharSequence text, int position, int markerLength) {
    int end = Math.min(text.length(), position + markerLength);
    return text.subSequence(position, end).toString();
  }

  static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || isLineEnd(c);
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }
}
