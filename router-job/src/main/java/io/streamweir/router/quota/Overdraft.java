package io.streamweir.router.quota;

import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.schemas.quota.Refusals;

/**
 * Why a request is one too many.
 *
 * @param account whose limit it is
 * @param soonOver whether it is over when a request ends; else it takes up to a minute
 */
record Overdraft(Rejection rejection, String account, boolean soonOver) {

  /** After how long one of several concurrent requests may have ended is anybody's guess. */
  private static final long CONCURRENT_RETRY_MS = 1000;

  /**
   * @param whose for the message
   */
  static Overdraft tooManyAtATime(long limit, String whose, String account) {
    var allowed = limit + " requests at a time";
    return new Overdraft(rejection(whose, allowed, CONCURRENT_RETRY_MS), account, true);
  }

  static Overdraft tooManyInAMinute(
      long limit, String what, String whose, String account, long waitMs) {
    var allowed = limit + " " + what + " in any minute";
    return new Overdraft(rejection(whose, allowed, waitMs), account, false);
  }

  private static Rejection rejection(String whose, String allowed, long waitMs) {
    var message = Refusals.message(whose, allowed, waitMs);
    return new Rejection(ErrorCode.RATE_LIMIT_EXCEEDED, message, waitMs);
  }
}
