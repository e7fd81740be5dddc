package io.streamweir.local.cli;

import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.Quota;
import picocli.CommandLine.Option;

/** The limits of a tenant or a key. */
final class QuotaOptions {

  private static final String LIFT = "none";

  @Option(
      names = "--requests-per-minute",
      paramLabel = "N",
      description = "Most requests in any 60 seconds; none: no limit.")
  private String requestsPerMinute;

  @Option(
      names = "--tokens-per-minute",
      paramLabel = "N",
      description =
          "Most prompt and completion tokens in any 60 seconds; counted when a request has ended;"
              + " none: no limit.")
  private String tokensPerMinute;

  @Option(
      names = "--concurrent-requests",
      paramLabel = "N",
      description = "Most requests at a time; none: no limit.")
  private String concurrentRequests;

  /** A quota with what was given changed. */
  Quota over(Quota quota) {
    return new Quota(
        limit("--requests-per-minute", requestsPerMinute, quota.getRequestsPerMinute()),
        limit("--tokens-per-minute", tokensPerMinute, quota.getTokensPerMinute()),
        limit("--concurrent-requests", concurrentRequests, quota.getConcurrentRequests()));
  }

  Quota quota() {
    return over(new Quota(null, null, null));
  }

  static String shown(Long limit) {
    return limit == null ? "-" : limit.toString();
  }

  private static Long limit(String option, String given, Long before) {
    if (given == null) {
      return before;
    }
    if (given.equals(LIFT)) {
      return null;
    }
    try {
      return Long.valueOf(given);
    } catch (NumberFormatException e) {
      throw new WeirException(option + " is '" + given + "', but must be a number or none");
    }
  }
}
