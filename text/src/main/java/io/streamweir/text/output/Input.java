package io.streamweir.text.output;

/**
 * The text that has come and is not yet understood. It leaves at the front, only by {@link #take},
 * so that no character can be lost or used twice.
 *
 * <p>Half of a surrogate pair stays invisible until the other half is there.
 */
final class Input implements CharSequence {
  private final StringBuilder text = new StringBuilder();
  private int start;
  private boolean ended;

  void append(String more) {
    text.delete(0, start).append(more);
    start = 0;
  }

  /** No more text will come: what is here can be decided. */
  void end() {
    ended = true;
  }

  boolean ended() {
    return ended;
  }

  /** Removes the first characters. */
  String take(int count) {
    String taken = text.substring(start, start + count);
    start += count;
    return taken;
  }

  String takeAll() {
    return take(length());
  }

  @Override
  public int length() {
    int length = text.length() - start;
    boolean half =
        !ended && length > 0 && Character.isHighSurrogate(text.charAt(text.length() - 1));
    return half ? length - 1 : length;
  }

  @Override
  public char charAt(int index) {
    return text.charAt(start + index);
  }

  @Override
  public CharSequence subSequence(int from, int to) {
    return text.substring(start + from, start + to);
  }

  @Override
  public String toString() {
    return text.substring(start, start + length());
  }
}
