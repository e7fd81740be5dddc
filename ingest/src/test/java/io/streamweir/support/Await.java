package io.streamweir.support;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process or thread will do. */
public final class Await {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private Await() {}

  /** Asks until the condition holds; fails if it does not within a minute. */
  public static void until(Callable<Boolean> condition) throws Exception {
    var deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Waited in vain for " + TIMEOUT);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
