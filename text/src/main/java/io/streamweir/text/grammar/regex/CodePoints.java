package io.streamweir.text.grammar.regex;

import java.util.ArrayList;
import java.util.List;

/**
 * An immutable set of Unicode scalar values (code points without surrogates), as sorted ranges that
 * do not touch.
 */
public final class CodePoints {
  static final CodePoints NONE = new CodePoints(new int[0]);

  /** Every character. */
  public static final CodePoints ALL =
      new CodePoints(new int[] {0, 0xd7ff, 0xe000, Character.MAX_CODE_POINT});

  /** First and last of each range in turn. */
  private final int[] bounds;

  private CodePoints(int[] bounds) {
    this.bounds = bounds;
  }

  /** The characters from {@code first} to {@code last}, both included, without surrogates. */
  public static CodePoints range(int first, int last) {
    return new CodePoints(new int[] {first, last}).withoutSurrogates();
  }

  public static CodePoints of(String characters) {
    CodePoints set = NONE;
    for (int c : characters.codePoints().toArray()) {
      set = set.or(range(c, c));
    }
    return set;
  }

  public CodePoints or(CodePoints other) {
    return not().and(other.not()).not();
  }

  public CodePoints minus(CodePoints other) {
    return and(other.not());
  }

  public CodePoints and(CodePoints other) {
    List<int[]> common = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < bounds.length && j < other.bounds.length) {
      int first = Math.max(bounds[i], other.bounds[j]);
      int last = Math.min(bounds[i + 1], other.bounds[j + 1]);
      if (first <= last) {
        common.add(new int[] {first, last});
      }
      if (bounds[i + 1] < other.bounds[j + 1]) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return of(common);
  }

  /** All characters that are not in this set. */
  public CodePoints not() {
    return gaps().withoutSurrogates();
  }

  private CodePoints gaps() {
    List<int[]> gaps = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      if (next < bounds[i]) {
        gaps.add(new int[] {next, bounds[i] - 1});
      }
      next = bounds[i + 1] + 1;
    }
    if (next <= Character.MAX_CODE_POINT) {
      gaps.add(new int[] {next, Character.MAX_CODE_POINT});
    }
    return of(gaps);
  }

  private CodePoints withoutSurrogates() {
    return and(ALL);
  }

  /** The characters of a general category, such as {@code Lu} or {@code L}; empty if unknown. */
  static CodePoints ofCategory(String name) {
    return UnicodeCategories.of(name);
  }

  static CodePoints of(List<int[]> ranges) {
    int[] bounds = new int[ranges.size() * 2];
    for (int i = 0; i < ranges.size(); i++) {
      bounds[2 * i] = ranges.get(i)[0];
      bounds[2 * i + 1] = ranges.get(i)[1];
    }
    return new CodePoints(bounds);
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  /** First and last character of each range. */
  public List<int[]> ranges() {
    List<int[]> ranges = new ArrayList<>();
    for (int i = 0; i < bounds.length; i += 2) {
      ranges.add(new int[] {bounds[i], bounds[i + 1]});
    }
    return ranges;
  }
}
