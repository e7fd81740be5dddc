package io.streamweir.local.deploy;

import io.streamweir.local.terminal.WeirException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what Kafka will say. */
final class Answers {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private Answers() {}

  /**
   * Waits for the answer.
   *
   * @param what is waited for, for the message
   * @throws WeirException if it does not come, or is a failure
   */
  static void await(CompletionStage<?> answer, String what) {
    if (!within(answer, TIMEOUT, what)) {
      throw new WeirException(
          "No answer from Kafka within %d s: %s. See ./weir status and ./weir logs kafka"
              .formatted(TIMEOUT.toSeconds(), what));
    }
  }

  /** Whether the answer comes before the time is over. */
  static boolean within(CompletionStage<?> answer, Duration timeout, String what) {
    try {
      answer.toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new WeirException(what + " failed: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted while waiting: " + what, e);
    }
  }
}
