package io.streamweir.text.template.value;

import java.util.Locale;

/** What methods and filters do to strings, keeping the provenance of every character. */
public final class StringOperations {

  private StringOperations() {}

  /** Strips characters of a set, white space if it is null or None, from the ends. */
  public static StringValue strip(
      StringValue string, Value characters, boolean left, boolean right) {
    String text = string.text();
    String set = characters == null || characters == NoneValue.NONE ? null : set(characters);
    int start = 0;
    int end = text.length();
    while (left && start < end && strips(set, text.codePointAt(start))) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && end > start && strips(set, text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return string.substring(start, end);
  }

  private static String set(Value characters) {
    if (characters instanceof StringValue set) {
      return set.text();
    }
    throw TemplateFailure.type("strip arg must be None or str, not " + characters.typeName());
  }

  private static boolean strips(String set, int c) {
    return set == null ? PythonText.isSpace(c) : set.indexOf(c) >= 0;
  }

  /** Replaces at most {@code most} places, all if it is negative. */
  public static StringValue replace(StringValue string, String old, StringValue by, int most) {
    if (old.isEmpty()) {
      return interleave(string, by, most);
    }
    String text = string.text();
    TextBuilder out = new TextBuilder();
    int start = 0;
    int at = text.indexOf(old);
    for (int done = 0; at >= 0 && done != most; done++) {
      out.append(string, start, at).append(by);
      start = at + old.length();
      at = text.indexOf(old, start);
    }
    return out.append(string, start, text.length()).toValue();
  }

  private static StringValue interleave(StringValue string, StringValue by, int most) {
    String text = string.text();
    TextBuilder out = new TextBuilder();
    int start = 0;
    for (int done = 0; done != most; done++) {
      out.append(by);
      if (start == text.length()) {
        break;
      }
      int end = text.offsetByCodePoints(start, 1);
      out.append(string, start, end);
      start = end;
    }
    return out.append(string, start, text.length()).toValue();
  }

  public static StringValue upper(StringValue string) {
    return string.mapRuns(run -> run.toUpperCase(Locale.ROOT));
  }

  public static StringValue lower(StringValue string) {
    return string.mapRuns(run -> run.toLowerCase(Locale.ROOT));
  }

  /** Whether it has a letter that has another form in the other case. */
  public static boolean isCased(StringValue string) {
    return string
        .text()
        .codePoints()
        .anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }

  public static StringValue capitalize(StringValue string) {
    String text = string.text();
    int first = text.isEmpty() ? 0 : text.offsetByCodePoints(0, 1);
    return new TextBuilder()
        .append(titled(string.substring(0, first)))
        .append(lower(string.substring(first, text.length())))
        .toValue();
  }

  /** Every letter that follows a letter in lower case, every other one in title case. */
  public static StringValue title(StringValue string) {
    String text = string.text();
    TextBuilder out = new TextBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); ) {
      int end = text.offsetByCodePoints(i, 1);
      StringValue letter = string.substring(i, end);
      out.append(inWord ? lower(letter) : titled(letter));
      inWord = Character.isLetter(text.codePointAt(i));
      i = end;
    }
    return out.toValue();
  }

  static StringValue titled(StringValue letter) {
    return letter.mapRuns(
        run -> {
          int title = Character.toTitleCase(run.codePointAt(0));
          return title == run.codePointAt(0)
              ? run.toUpperCase(Locale.ROOT)
              : Character.toString(title);
        });
  }

  /** Escapes the five characters that HTML gives a meaning; leaves markup as it is. */
  public static StringValue escape(StringValue string) {
    if (string.markup()) {
      return string;
    }
    return string
        .mapRuns(
            run ->
                run.replace("&", "&amp;")
                    .replace(">", "&gt;")
                    .replace("<", "&lt;")
                    .replace("'", "&#39;")
                    .replace("\"", "&#34;"))
        .asMarkup();
  }
}
