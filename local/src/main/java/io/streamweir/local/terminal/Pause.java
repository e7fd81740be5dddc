package io.streamweir.local.terminal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits between two looks at something that cannot tell when it changes. */
public final class Pause {

  private Pause() {}

  /**
   * Waits.
   *
   * @throws WeirException if the thread is interrupted: the loop around this would else go on
   *     without pauses
   */
  public static void of(Duration duration) {
    try {
      TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted while waiting", e);
    }
  }
}
