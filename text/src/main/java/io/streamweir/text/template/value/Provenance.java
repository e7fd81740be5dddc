package io.streamweir.text.template.value;

import java.util.Arrays;

/**
 * Which characters of a text came from the request and which the template wrote: a control token
 * counts only where the template wrote all of it.
 *
 * <p>Immutable; ranges of input characters, ascending and disjoint: start, end, start, end, ...
 */
public final class Provenance {
  /** A text that holds nothing from a request. */
  public static final Provenance TEMPLATE = new Provenance(new int[0]);

  private final int[] bounds;

  Provenance(int[] bounds) {
    this.bounds = bounds;
  }

  /** A text of this many chars that comes from the request altogether. */
  public static Provenance input(int length) {
    return length == 0 ? TEMPLATE : new Provenance(new int[] {0, length});
  }

  /** Whether no char in the range (end exclusive) came from a request. */
  public boolean writtenByTemplate(int start, int end) {
    if (bounds.length == 0) {
      return true;
    }
    // The number of bounds at or before the start tells whether the start is inside a range.
    int found = Arrays.binarySearch(bounds, start);
    int passed = found >= 0 ? found + 1 : -found - 1;
    boolean inside = passed % 2 == 1;
    return !inside && (passed == bounds.length || bounds[passed] >= end);
  }

  /** Appends the ranges between two positions to a builder's bounds, shifted by an offset. */
  void copyTo(Bounds target, int start, int end, int offset) {
    for (int i = 0; i < bounds.length; i += 2) {
      int from = Math.max(bounds[i], start);
      int to = Math.min(bounds[i + 1], end);
      if (from < to) {
        target.add(from - start + offset, to - start + offset);
      }
    }
  }

  /** Where the run that holds a position ends: all its chars are of one origin. */
  int endOfRun(int position, int length) {
    for (int bound : bounds) {
      if (bound > position) {
        return Math.min(bound, length);
      }
    }
    return length;
  }

  /** A growing list of ranges that merges neighbours. */
  static final class Bounds {
    private int[] bounds = new int[0];
    private int size;

    void add(int start, int end) {
      if (size > 0 && bounds[size - 1] == start) {
        bounds[size - 1] = end;
        return;
      }
      if (size + 2 > bounds.length) {
        bounds = Arrays.copyOf(bounds, Math.max(8, bounds.length * 2));
      }
      bounds[size++] = start;
      bounds[size++] = end;
    }

    Provenance toProvenance() {
      return size == 0 ? TEMPLATE : new Provenance(Arrays.copyOf(bounds, size));
    }
  }
}
