package io.streamweir.router.quota;

import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.schemas.quota.Refusals;

/**
 * Why a request is one too many.
 *
 * @param waitsFor the account of which another request must end before it may be let through; null
 *     if that does not help
 */
record Overdraft(Rejection rejection, String waitsFor) {

  /** After how long one of several concurrent requests may have ended is anybody's guess. */
  private static final long CONCURRENT_RETRY_MS = 1000;

  boolean waits() {
    return waitsFor != null;
  }

  /**
   * @param whose for the message
   */
  static Overdraft tooManyAtATime(long limit, String whose, String account) {
    var allowed = limit + " requests at a time";
    return new Overdraft(rejection(whose, allowed, CONCURRENT_RETRY_MS), account);
  }

  static Overdraft tooManyInAMinute(long limit, String what, String whose, long waitMs) {
    return new Overdraft(rejection(whose, limit + " " + what + " in any minute", waitMs), null);
  }

  private static Rejection rejection(String whose, String allowed, long waitMs) {
    var message = Refusals.message(whose, allowed, waitMs);
    return new Rejection(ErrorCode.RATE_LIMIT_EXCEEDED, message, waitMs);
  }
}
