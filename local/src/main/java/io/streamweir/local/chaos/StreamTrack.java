package io.streamweir.local.chaos;

import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.tokens.BrokenSequenceException;
import io.streamweir.schemas.tokens.TokenSequence;
import java.util.Arrays;

/** When the new tokens of one stream arrived. Thread-safe. */
final class StreamTrack {

  private static final int FIRST_CAPACITY = 64;

  private final TokenSequence sequence = new TokenSequence();
  private long[] arrivals = new long[FIRST_CAPACITY];
  private int count;
  private boolean broken;

  /**
   * The longest silence within some time.
   *
   * @param lengthNanos how long it was
   * @param endNanos when it ended, as {@link System#nanoTime}
   */
  record Silence(long lengthNanos, long endNanos) {}

  synchronized void accept(TokenChunk chunk, long nanoTime) {
    var before = sequence.nextIndex();
    try {
      sequence.accept(chunk);
    } catch (BrokenSequenceException e) {
      broken = true; // the reconciliation says so in detail
    }
    if (sequence.nextIndex() > before || sequence.finished()) {
      if (count == arrivals.length) {
        arrivals = Arrays.copyOf(arrivals, 2 * count);
      }
      arrivals[count++] = nanoTime;
    }
  }

  synchronized boolean inFlight() {
    return count > 0 && !ended();
  }

  /** Whether nothing more will come. */
  synchronized boolean ended() {
    return sequence.finished() || broken;
  }

  /** Whether something has come later than a time, and lately. */
  synchronized boolean flows(long sinceNanos, long nowNanos, long latelyNanos) {
    var last = count == 0 ? sinceNanos : arrivals[count - 1];
    return last > sinceNanos && nowNanos - last < latelyNanos;
  }

  /** The longest silence between a time, or arrivals after it. */
  synchronized Silence longestSilence(long sinceNanos) {
    var longest = new Silence(0, sinceNanos);
    var last = sinceNanos;
    for (int i = 0; i < count; i++) {
      if (arrivals[i] > sinceNanos) {
        if (arrivals[i] - last > longest.lengthNanos) {
          longest = new Silence(arrivals[i] - last, arrivals[i]);
        }
        last = arrivals[i];
      }
    }
    return longest;
  }
}
