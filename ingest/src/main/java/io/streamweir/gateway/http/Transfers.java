package io.streamweir.gateway.http;

import java.util.concurrent.atomic.AtomicInteger;

/** How many files are on the way at once, so that their buffers are bounded. Thread-safe. */
public final class Transfers {

  private final int limit;
  private final AtomicInteger running = new AtomicInteger();

  public Transfers(int limit) {
    this.limit = limit;
  }

  /**
   * Begins one; {@link #end} is to follow.
   *
   * @throws ApiException with status 503 if there are as many as may be
   */
  public void begin() {
    if (running.incrementAndGet() > limit) {
      running.decrementAndGet();
      throw new ApiException(
          ApiError.unavailable(
              "overloaded",
              "This gateway moves "
                  + limit
                  + " files (files.transfer-limit) and takes no more. Try again later."));
    }
  }

  public void end() {
    running.decrementAndGet();
  }
}
