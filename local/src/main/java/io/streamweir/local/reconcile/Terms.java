package io.streamweir.local.reconcile;

import java.time.Instant;

/**
 * How far a comparison may go.
 *
 * @param settledBefore what is newer may be under way: what it lacks is open, not lost
 * @param requestsWhole whether every request ever sent was read
 * @param tokensSince from when on the token log is complete; MIN: from the beginning
 * @param usageSince from when on the usage topic is complete; MIN: from the beginning
 */
record Terms(
    Instant settledBefore, boolean requestsWhole, Instant tokensSince, Instant usageSince) {

  long settledBeforeMs() {
    return settledBefore.toEpochMilli();
  }

  long tokensSinceMs() {
    return millis(tokensSince);
  }

  long usageSinceMs() {
    return millis(usageSince);
  }

  private static long millis(Instant instant) {
    return instant.equals(Instant.MIN) ? Long.MIN_VALUE : instant.toEpochMilli();
  }
}
