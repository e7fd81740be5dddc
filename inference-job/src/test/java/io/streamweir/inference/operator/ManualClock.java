package io.streamweir.inference.operator;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is moved. */
final class ManualClock implements InstantSource {

  long millis = 1_000;

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis);
  }
}
