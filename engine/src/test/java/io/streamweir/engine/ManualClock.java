package io.streamweir.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that stands still until a test moves it. */
public final class ManualClock implements InstantSource {
  private volatile Instant now = Instant.ofEpochSecond(1_800_000_000L);

  @Override
  public Instant instant() {
    return now;
  }

  public void advance(Duration by) {
    now = now.plus(by);
  }
}
