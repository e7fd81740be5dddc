package io.streamweir.router.outcome;

/** Values of callers as error messages may show them: short, on one line. */
public final class Excerpt {

  private static final int MOST_CHARS = 64;

  private Excerpt() {}

  /** The value in quotes, cut after 64 characters, with control characters escaped. */
  public static String of(String value) {
    var shown = new StringBuilder("'");
    value
        .codePoints()
        .limit(MOST_CHARS)
        .forEach(
            point -> {
              if (Character.isISOControl(point)
                  || Character.getType(point) == Character.SURROGATE) {
                shown.append(String.format("\\u%04x", point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    shown.append('\'');
    var points = value.codePointCount(0, value.length());
    return points > MOST_CHARS ? shown + "... (" + points + " characters)" : shown.toString();
  }
}
