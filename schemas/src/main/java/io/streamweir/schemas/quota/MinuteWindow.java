package io.streamweir.schemas.quota;

import java.util.Arrays;

/**
 * What was counted in the last minute, by the second.
 *
 * <p>A second counts until it is over for a whole minute: no 60 seconds hold more than a limit that
 * this is held against, and what was counted is forgotten after 60 to 61 seconds. Time is given
 * with each call and never runs backwards: an earlier second than the newest one is counted in its
 * own place, so the order in which neighbours come changes nothing. Not thread-safe.
 */
public final class MinuteWindow {

  /** The running second and the sixty before it. */
  private static final int CELLS = 61;

  private static final int NEWEST = CELLS;

  /** One for each second, at second modulo their number, then the newest second. */
  private final long[] cells;

  public MinuteWindow() {
    this(new long[CELLS + 1]);
  }

  private MinuteWindow(long[] cells) {
    this.cells = cells;
  }

  /** The window that {@link #cells} is of; shares the array. */
  public static MinuteWindow of(long[] cells) {
    if (cells.length != CELLS + 1) {
      throw new IllegalArgumentException("A window has " + (CELLS + 1) + " numbers");
    }
    return new MinuteWindow(cells);
  }

  /** Its content, to be kept; not a copy. */
  public long[] cells() {
    return cells;
  }

  /**
   * Counts; what is over for a minute is not counted any more.
   *
   * @param millis epoch milliseconds of what is counted
   */
  public void add(long millis, long amount) {
    var second = Math.floorDiv(millis, 1000L);
    advance(second);
    if (second > cells[NEWEST] - CELLS) {
      cells[place(second)] += amount;
    }
  }

  /**
   * Counts, and what is over for a minute as if it were new: so no more than a minute's worth gets
   * by, however late it is read.
   *
   * @param millis epoch milliseconds of what is counted
   */
  public void addLate(long millis, long amount) {
    var isOver = Math.floorDiv(millis, 1000L) <= cells[NEWEST] - CELLS;
    add(isOver ? cells[NEWEST] * 1000 : millis, amount);
  }

  /** The sum over the last minute. */
  public long total(long millis) {
    advance(Math.floorDiv(millis, 1000L));
    return Arrays.stream(cells, 0, CELLS).sum();
  }

  /**
   * After how many milliseconds the sum will be at or below a number, if nothing is added; 0 if it
   * is.
   */
  public long millisUntil(long millis, long sum) {
    var left = total(millis);
    var oldest = cells[NEWEST] - CELLS + 1;
    for (var second = oldest; left > sum && second <= cells[NEWEST]; second++) {
      left -= cells[place(second)];
      if (left <= sum) {
        return (second + CELLS) * 1000 - millis;
      }
    }
    return 0;
  }

  private void advance(long second) {
    if (second <= cells[NEWEST]) {
      return;
    }
    if (second - cells[NEWEST] >= CELLS) {
      Arrays.fill(cells, 0, CELLS, 0);
    } else {
      for (var passed = cells[NEWEST] + 1; passed <= second; passed++) {
        cells[place(passed)] = 0;
      }
    }
    cells[NEWEST] = second;
  }

  private static int place(long second) {
    return (int) Math.floorMod(second, (long) CELLS);
  }
}
