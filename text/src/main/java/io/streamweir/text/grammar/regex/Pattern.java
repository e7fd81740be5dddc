package io.streamweir.text.grammar.regex;

import io.streamweir.text.grammar.ConstraintException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads patterns: the part of ECMA-262 regular expressions that describes regular languages. No
 * look-around, back references, word boundaries or flags; {@code ^} and {@code $} only around a
 * whole alternative. What is not supported is refused, never ignored.
 */
public final class Pattern {
  private static final int MAX_LENGTH = 10_000;
  private static final int MAX_DEPTH = 100;
  private static final int MAX_COUNT = 100_000;
  private static final CodePoints LINE_ENDS = CodePoints.of("\n\r\u2028\u2029");

  private final PatternCursor cursor;
  private final Spelling spelling;
  private final boolean search;

  private Pattern(PatternCursor cursor, Spelling spelling, boolean search) {
    this.cursor = cursor;
    this.spelling = spelling;
    this.search = search;
  }

  /**
   * The texts that match as a whole.
   *
   * @throws ConstraintException if the pattern is broken or not supported
   */
  public static Regex whole(String pattern, Spelling spelling, Origin origin) {
    return parse(pattern, spelling, origin, false);
  }

  /**
   * The texts in which a match is found, as JSON Schema means patterns.
   *
   * @throws ConstraintException if the pattern is broken or not supported
   */
  public static Regex search(String pattern, Spelling spelling, Origin origin) {
    return parse(pattern, spelling, origin, true);
  }

  private static Regex parse(String pattern, Spelling spelling, Origin origin, boolean search) {
    if (pattern.length() > MAX_LENGTH) {
      throw origin.refuse(
          "the pattern has %d characters, at most %d are allowed"
              .formatted(pattern.length(), MAX_LENGTH));
    }
    PatternCursor cursor = new PatternCursor(pattern, origin);
    Regex regex = new Pattern(cursor, spelling, search).alternatives(0);
    if (cursor.peek() != PatternCursor.END) {
      throw cursor.refuse("has a ')' without its '('");
    }
    return regex;
  }

  private Regex alternatives(int depth) {
    if (depth > MAX_DEPTH) {
      throw cursor.refuse("is nested deeper than " + MAX_DEPTH + " groups");
    }
    List<Regex> alternatives = new ArrayList<>();
    do {
      alternatives.add(depth == 0 ? anchored() : sequence(depth));
    } while (cursor.skip("|"));
    return Regex.union(alternatives);
  }

  private Regex anchored() {
    boolean fromStart = cursor.skip("^");
    Regex body = sequence(0);
    boolean toEnd = cursor.skip("$");
    if (!search) {
      return body;
    }
    return Regex.concat(
        fromStart ? Regex.empty() : spelling.everything(),
        body,
        toEnd ? Regex.empty() : spelling.everything());
  }

  private Regex sequence(int depth) {
    List<Regex> parts = new ArrayList<>();
    while (!atEndOfSequence(depth)) {
      parts.add(quantified(atom(depth)));
    }
    return Regex.concat(parts.toArray(Regex[]::new));
  }

  private boolean atEndOfSequence(int depth) {
    int c = cursor.peek();
    boolean lastAnchor =
        depth == 0 && c == '$' && (cursor.peek(1) == '|' || cursor.peek(1) == PatternCursor.END);
    return c == PatternCursor.END || c == '|' || c == ')' || lastAnchor;
  }

  private Regex atom(int depth) {
    int c = cursor.next();
    return switch (c) {
      case '(' -> group(depth);
      case '[' -> spelling.of(CharacterClass.read(cursor));
      case '.' -> spelling.of(LINE_ENDS.not());
      case '\\' -> spelling.of(CharacterEscapes.read(cursor));
      case '^', '$' ->
          throw cursor.refuse(
              "has '" + (char) c + "' that is not at the start or end of a whole alternative");
      case '*', '+', '?' ->
          throw cursor.refuse("has '" + (char) c + "' with nothing to repeat before it");
      default -> spelling.of(CodePoints.range(c, c));
    };
  }

  private Regex group(int depth) {
    if (cursor.peek() == '?' && !cursor.skip("?:")) {
      skipName();
    }
    Regex inner = alternatives(depth + 1);
    if (!cursor.skip(")")) {
      throw cursor.refuse("has a '(' without its ')'");
    }
    return inner;
  }

  /** The name of a group means nothing here. */
  private void skipName() {
    boolean named = cursor.skip("?<") && cursor.peek() != '=' && cursor.peek() != '!';
    if (!named) {
      throw cursor.refuse("has look-around, flags or another group that is not supported");
    }
    int c = cursor.next();
    while (c != '>') {
      c = cursor.next();
    }
  }

  private Regex quantified(Regex part) {
    int[] counts = counts();
    if (counts == null) {
      return part;
    }
    if (counts[1] != Repeat.UNBOUNDED && counts[0] > counts[1]) {
      throw cursor.refuse(
          "repeats at least %d and at most %d times".formatted(counts[0], counts[1]));
    }
    if (Math.max(counts[0], counts[1]) > MAX_COUNT) {
      throw cursor.refuse(
          "repeats %d times, at most %d are allowed"
              .formatted(Math.max(counts[0], counts[1]), MAX_COUNT));
    }
    // A lazy quantifier matches the same texts.
    cursor.skip("?");
    return Regex.repeat(part, counts[0], counts[1]);
  }

  /** Minimum and maximum of the quantifier at the cursor; null if there is none. */
  private int[] counts() {
    if (cursor.skip("*")) {
      return new int[] {0, Repeat.UNBOUNDED};
    }
    if (cursor.skip("+")) {
      return new int[] {1, Repeat.UNBOUNDED};
    }
    if (cursor.skip("?")) {
      return new int[] {0, 1};
    }
    return cursor.peek() == '{' ? braces() : null;
  }

  /** As in browsers, a brace that does not begin a quantifier is an ordinary character. */
  private int[] braces() {
    int start = cursor.position();
    cursor.next();
    int min = count();
    int max = min;
    if (min >= 0 && cursor.skip(",")) {
      max = cursor.peek() == '}' ? Repeat.UNBOUNDED : count();
    }
    if (min < 0 || !cursor.skip("}")) {
      cursor.reset(start);
      return null;
    }
    return new int[] {min, max};
  }

  /** A number, capped above what is allowed; -1 if there is none. */
  private int count() {
    int value = -1;
    while (cursor.peek() >= '0' && cursor.peek() <= '9') {
      value = Math.min(Math.max(value, 0) * 10 + cursor.next() - '0', MAX_COUNT + 1);
    }
    return value;
  }
}
