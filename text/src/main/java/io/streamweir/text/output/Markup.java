package io.streamweir.text.output;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A regular expression for a piece of markup, matched at the front of text that comes in pieces.
 *
 * <p>The expression must be such that text which matches still matches in the same way when more
 * text follows: it may not end in an open repetition.
 */
final class Markup {
  /** Longer markup is none: names and ids are short, and what is not decided is held back. */
  static final int MAX_LENGTH = 512;

  private final Pattern pattern;

  enum Outcome {
    MATCHED,
    OPEN,
    REFUSED
  }

  Markup(String pattern) {
    this.pattern = Pattern.compile(pattern);
  }

  /**
   * An expression with markers in it.
   *
   * @param pattern with {@code %s} where a marker stands, in the order of the markers
   */
  static Markup of(String pattern, String... markers) {
    return new Markup(pattern.formatted(Stream.of(markers).map(Pattern::quote).toArray()));
  }

  /** A match in progress; the groups are there after {@link Outcome#MATCHED}. */
  Attempt at(Input in) {
    return new Attempt(in);
  }

  final class Attempt {
    private final Matcher matcher;
    private final Outcome outcome;

    private Attempt(Input in) {
      int limit = Math.min(in.length(), MAX_LENGTH);
      matcher = pattern.matcher(in).region(0, limit);
      if (matcher.lookingAt()) {
        outcome = Outcome.MATCHED;
      } else {
        boolean moreHelps = matcher.hitEnd() && limit < MAX_LENGTH && !in.ended();
        outcome = moreHelps ? Outcome.OPEN : Outcome.REFUSED;
      }
    }

    Outcome outcome() {
      return outcome;
    }

    int end() {
      return matcher.end();
    }

    /** The text of a group, or null if it took no part. */
    String group(int index) {
      return matcher.group(index);
    }
  }
}
