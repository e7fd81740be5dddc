package io.streamweir.router.quota;

import io.streamweir.schemas.Quota;
import java.util.OptionalLong;

/**
 * What an account may take; an empty limit is none.
 *
 * @param weight of a tenant among others
 */
record Limits(
    OptionalLong requestsPerMinute,
    OptionalLong tokensPerMinute,
    OptionalLong concurrentRequests,
    int weight) {

  static final Limits NONE =
      new Limits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), 1);

  static Limits of(Quota quota, int weight) {
    return new Limits(
        limit(quota.getRequestsPerMinute()),
        limit(quota.getTokensPerMinute()),
        limit(quota.getConcurrentRequests()),
        weight);
  }

  boolean unlimited() {
    return requestsPerMinute.isEmpty() && tokensPerMinute.isEmpty() && concurrentRequests.isEmpty();
  }

  private static OptionalLong limit(Long given) {
    return given == null ? OptionalLong.empty() : OptionalLong.of(given);
  }
}
