package io.streamweir.text.template.value;

/**
 * The elements that a slice takes from a sequence of known length.
 *
 * @param start the first index
 * @param step the distance to the next, not zero
 * @param count how many elements
 */
record SliceBounds(int start, int step, int count) {

  /** Null stands for a bound that is left out; None means the same. */
  static SliceBounds of(Value start, Value stop, Value step, int length) {
    int by = given(step) ? Numbers.index(step) : 1;
    if (by == 0) {
      throw TemplateFailure.type("slice step cannot be zero");
    }
    int lowest = by > 0 ? 0 : -1;
    int highest = by > 0 ? length : length - 1;
    int from = given(start) ? clamp(start, length, lowest, highest) : by > 0 ? lowest : highest;
    int to = given(stop) ? clamp(stop, length, lowest, highest) : by > 0 ? highest : lowest;
    long distance = by > 0 ? (long) to - from : (long) from - to;
    long stride = Math.abs((long) by);
    return new SliceBounds(from, by, distance <= 0 ? 0 : (int) ((distance + stride - 1) / stride));
  }

  int index(int i) {
    return start + i * step;
  }

  /** The position of a possibly negative index, or -1 if there is no such element. */
  static int position(int index, int length) {
    int position = index < 0 ? index + length : index;
    return position < length ? Math.max(position, -1) : -1;
  }

  private static boolean given(Value bound) {
    return bound != null && bound != NoneValue.NONE;
  }

  private static int clamp(Value bound, int length, int lowest, int highest) {
    int index = Numbers.index(bound);
    int position = index < 0 ? index + length : index;
    return Math.max(lowest, Math.min(highest, position));
  }
}
