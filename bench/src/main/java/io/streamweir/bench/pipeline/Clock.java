package io.streamweir.bench.pipeline;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Epoch time in microseconds, comparable between the processes of one machine. */
public final class Clock {

  private Clock() {}

  public static long micros() {
    var now = Instant.now();
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
  }
}
