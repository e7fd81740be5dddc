package io.streamweir.text.grammar.regex;

/** A bracketed set of characters in a pattern. */
final class CharacterClass {
  private CharacterClass() {}

  /** Reads the class after its opening bracket. */
  static CodePoints read(PatternCursor cursor) {
    boolean negated = cursor.skip("^");
    CodePoints set = CodePoints.NONE;
    while (!cursor.skip("]")) {
      CodePoints member = member(cursor);
      boolean range = cursor.peek() == '-' && cursor.peek(1) != ']';
      set = set.or(range ? rangeFrom(member, cursor) : member);
    }
    return negated ? set.not() : set;
  }

  private static CodePoints rangeFrom(CodePoints first, PatternCursor cursor) {
    cursor.next();
    CodePoints last = member(cursor);
    if (!single(first) || !single(last)) {
      return first.or(last).or(CodePoints.of("-"));
    }
    int from = first.ranges().get(0)[0];
    int to = last.ranges().get(0)[0];
    if (from > to) {
      throw cursor.refuse("has a range whose end comes before its start");
    }
    return CodePoints.range(from, to);
  }

  private static CodePoints member(PatternCursor cursor) {
    int c = cursor.next();
    if (c != '\\') {
      return CodePoints.range(c, c);
    }
    return cursor.skip("b") ? CodePoints.of("\b") : CharacterEscapes.read(cursor);
  }

  private static boolean single(CodePoints set) {
    return set.ranges().size() == 1 && set.ranges().get(0)[0] == set.ranges().get(0)[1];
  }
}
