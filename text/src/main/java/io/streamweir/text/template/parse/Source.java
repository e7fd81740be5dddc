package io.streamweir.text.template.parse;

import io.streamweir.text.template.value.PythonText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Template source with a position in it. Line ends are normalised, the last one is dropped. */
final class Source {
  private final String text;
  private int position;
  private int line = 1;

  Source(String template) {
    String normalised = template.replace("\r\n", "\n").replace('\r', '\n');
    this.text =
        normalised.endsWith("\n") ? normalised.substring(0, normalised.length() - 1) : normalised;
  }

  int line() {
    return line;
  }

  boolean atEnd() {
    return position >= text.length();
  }

  char current() {
    return text.charAt(position);
  }

  boolean startsWith(String prefix) {
    return text.startsWith(prefix, position);
  }

  /** Whether nothing, or a line end, stands before the position. */
  boolean atLineStart() {
    return position == 0 || text.charAt(position - 1) == '\n';
  }

  /** The characters from here to the next match of a pattern or to the end; moves there. */
  String takeUntil(Pattern pattern) {
    Matcher matcher = pattern.matcher(text);
    return take(matcher.find(position) ? matcher.start() - position : text.length() - position);
  }

  /** What a pattern matches here, null if it does not; moves behind it. */
  String takeMatch(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(position, text.length());
    matcher.useTransparentBounds(true);
    return matcher.lookingAt() ? take(matcher.end() - position) : null;
  }

  String take(int length) {
    String taken = text.substring(position, position + length);
    position += length;
    line += (int) taken.chars().filter(c -> c == '\n').count();
    return taken;
  }

  void skipSpace() {
    int end = position;
    while (end < text.length() && PythonText.isSpace(text.charAt(end))) {
      end++;
    }
    take(end - position);
  }

  void skipLineEnd() {
    if (startsWith("\n")) {
      take(1);
    }
  }
}
