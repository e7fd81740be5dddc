package io.streamweir.text.grammar.regex;

import java.util.ArrayList;
import java.util.List;

/** Spells sets of characters as UTF-8. */
final class Utf8 {
  /** The last character that takes one, two, three and four bytes. */
  private static final int[] LAST = {0x7f, 0x7ff, 0xffff, Character.MAX_CODE_POINT};

  private Utf8() {}

  static Regex of(CodePoints characters) {
    List<Regex> sequences = new ArrayList<>();
    for (int[] range : characters.ranges()) {
      int first = range[0];
      for (int length = 1; length <= 4; length++) {
        int last = Math.min(range[1], LAST[length - 1]);
        if (first <= last) {
          sequences.add(sequences(bytes(first, length), bytes(last, length), 0));
          first = last + 1;
        }
      }
    }
    return Regex.union(sequences);
  }

  private static int[] bytes(int character, int length) {
    int[] bytes = new int[length];
    int rest = character;
    for (int i = length - 1; i > 0; i--) {
      bytes[i] = 0x80 | rest & 0x3f;
      rest >>= 6;
    }
    int[] marks = {0, 0xc0, 0xe0, 0xf0};
    bytes[0] = marks[length - 1] | rest;
    return bytes;
  }

  /** All sequences between two of the same length, from the byte at {@code depth} on. */
  private static Regex sequences(int[] first, int[] last, int depth) {
    if (depth == first.length) {
      return Regex.empty();
    }
    if (first[depth] == last[depth]) {
      return step(first[depth], first[depth], sequences(first, last, depth + 1));
    }
    boolean wholeFirst = isAll(first, depth + 1, 0x80);
    boolean wholeLast = isAll(last, depth + 1, 0xbf);
    int from = wholeFirst ? first[depth] : first[depth] + 1;
    int to = wholeLast ? last[depth] : last[depth] - 1;
    List<Regex> parts = new ArrayList<>();
    if (!wholeFirst) {
      int[] end = filled(first, depth + 1, 0xbf);
      parts.add(step(first[depth], first[depth], sequences(first, end, depth + 1)));
    }
    if (from <= to) {
      Regex tail = tail(first.length - depth - 1);
      parts.add(step(from, to, tail));
    }
    if (!wholeLast) {
      int[] begin = filled(last, depth + 1, 0x80);
      parts.add(step(last[depth], last[depth], sequences(begin, last, depth + 1)));
    }
    return Regex.union(parts);
  }

  private static Regex step(int first, int last, Regex rest) {
    return Regex.concat(Regex.bytes(ByteSet.range(first, last)), rest);
  }

  private static Regex tail(int length) {
    return Regex.repeat(Regex.bytes(ByteSet.range(0x80, 0xbf)), length, length);
  }

  private static boolean isAll(int[] bytes, int from, int value) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != value) {
        return false;
      }
    }
    return true;
  }

  private static int[] filled(int[] bytes, int from, int value) {
    int[] result = bytes.clone();
    for (int i = from; i < result.length; i++) {
      result[i] = value;
    }
    return result;
  }
}
