package io.streamweir.gateway.batches;

import java.time.Duration;

/** What one turn may do: so many bytes, so much time. Not thread-safe. */
final class Budget {

  private final long mostBytes;
  private final long end;
  private long bytes;

  Budget(long mostBytes, Duration time) {
    this.mostBytes = mostBytes;
    this.end = System.nanoTime() + time.toNanos();
  }

  void spend(long more) {
    bytes += more;
  }

  boolean spent() {
    return bytes > mostBytes || System.nanoTime() - end > 0;
  }
}
