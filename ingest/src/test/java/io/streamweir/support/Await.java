package io.streamweir.support;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process or thread will do. */
public final class Await {

  /**
   * How long a test waits for what will happen if the product is right, however slow the machine.
   */
  public static final Duration TIMEOUT = Duration.ofMinutes(2);

  private static final Duration PAUSE = Duration.ofMillis(10);

  private Await() {}

  /** What a stage completes with; fails if it does not within {@link #TIMEOUT}. */
  public static <T> T result(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  /** Asks until the condition holds; fails if it does not within {@link #TIMEOUT}. */
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
