package io.streamweir.sinks.ledger;

import java.time.Duration;

/**
 * A kind of usage record that was refused: never added up, never forgotten. The record itself is a
 * dead letter.
 *
 * @param code of the dead letter: {@code usage_not_unique}, {@code usage_key_mismatch} or why it
 *     could not be decoded
 * @param hourStartMillis start of the hour in which the request finished, epoch milliseconds; of
 *     the record's own time if it could not be decoded
 * @param tenant empty if nobody can tell
 */
public record Violation(String code, long hourStartMillis, String tenant) {

  private static final long HOUR = Duration.ofHours(1).toMillis();

  static Violation at(String code, long millis, String tenant) {
    return new Violation(code, millis - Math.floorMod(millis, HOUR), tenant);
  }

  /** The key in the store; the tenant, which may hold anything, is last. */
  String key() {
    return code + "/" + hourStartMillis + "/" + tenant;
  }

  static Violation parse(String key) {
    var parts = key.split("/", 3);
    return new Violation(parts[0], Long.parseLong(parts[1]), parts[2]);
  }
}
