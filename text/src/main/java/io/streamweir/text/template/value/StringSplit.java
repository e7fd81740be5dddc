package io.streamweir.text.template.value;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Cutting strings to pieces; a null separator means runs of white space. */
final class StringSplit {

  private StringSplit() {}

  /** At most {@code most} cuts from the left, any number if negative. */
  static List<Value> fromLeft(StringValue string, String separator, int most) {
    return separator == null ? bySpaceFromLeft(string, most) : byText(string, separator, most);
  }

  /** At most {@code most} cuts from the right, any number if negative. */
  static List<Value> fromRight(StringValue string, String separator, int most) {
    return separator == null
        ? bySpaceFromRight(string, most)
        : byTextFromRight(string, separator, most);
  }

  static List<Value> lines(StringValue string, boolean keepEnds) {
    String text = string.text();
    List<Value> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (!PythonText.isLineEnd(text.charAt(i))) {
        continue;
      }
      int end = i;
      if (text.startsWith("\r\n", i)) {
        i++;
      }
      lines.add(string.substring(start, keepEnds ? i + 1 : end));
      start = i + 1;
    }
    if (start < text.length()) {
      lines.add(string.substring(start, text.length()));
    }
    return lines;
  }

  private static List<Value> byText(StringValue string, String separator, int most) {
    String text = string.text();
    List<Value> pieces = new ArrayList<>();
    int start = 0;
    int at = text.indexOf(separator);
    while (at >= 0 && pieces.size() != most) {
      pieces.add(string.substring(start, at));
      start = at + separator.length();
      at = text.indexOf(separator, start);
    }
    pieces.add(string.substring(start, text.length()));
    return pieces;
  }

  private static List<Value> byTextFromRight(StringValue string, String separator, int most) {
    String text = string.text();
    List<Value> pieces = new ArrayList<>();
    int end = text.length();
    int at = text.lastIndexOf(separator);
    while (at >= 0 && pieces.size() != most) {
      pieces.add(string.substring(at + separator.length(), end));
      end = at;
      at = at < separator.length() ? -1 : text.lastIndexOf(separator, at - separator.length());
    }
    pieces.add(string.substring(0, end));
    Collections.reverse(pieces);
    return pieces;
  }

  private static List<Value> bySpaceFromLeft(StringValue string, int most) {
    String text = string.text();
    List<Value> pieces = new ArrayList<>();
    int start = skip(text, 0, true);
    while (start < text.length()) {
      // The last piece of a limited split keeps the white space at its outer end.
      int end = pieces.size() == most ? text.length() : skip(text, start, false);
      pieces.add(string.substring(start, end));
      start = skip(text, end, true);
    }
    return pieces;
  }

  private static List<Value> bySpaceFromRight(StringValue string, int most) {
    String text = string.text();
    List<Value> pieces = new ArrayList<>();
    int end = skipBack(text, text.length(), true);
    while (end > 0) {
      int start = pieces.size() == most ? 0 : skipBack(text, end, false);
      pieces.add(string.substring(start, end));
      end = skipBack(text, start, true);
    }
    Collections.reverse(pieces);
    return pieces;
  }

  private static int skip(String text, int from, boolean spaces) {
    int i = from;
    while (i < text.length() && PythonText.isSpace(text.charAt(i)) == spaces) {
      i++;
    }
    return i;
  }

  private static int skipBack(String text, int from, boolean spaces) {
    int i = from;
    while (i > 0 && PythonText.isSpace(text.charAt(i - 1)) == spaces) {
      i--;
    }
    return i;
  }
}
