package io.streamweir.local.stack;

import java.time.Instant;
import java.time.InstantSource;

/**
 * Goes on evenly when somebody sets the clock of the machine: for what is measured, not for what is
 * written down. Thread-safe.
 */
final class SteadyClock implements InstantSource {

  private final Instant begin = Instant.now();
  private final long beginNanos = System.nanoTime();

  @Override
  public Instant instant() {
    return begin.plusNanos(System.nanoTime() - beginNanos);
  }
}
