package io.streamweir.gateway.quota;

import io.streamweir.schemas.Quota;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * That requests may be sent, as far as this gateway knows.
 *
 * @param requests how many
 * @param takenAtMs when they were counted
 */
public record Allowance(int requests, long takenAtMs, List<Limited> accounts, List<Tally> tallies) {

  static final Allowance UNLIMITED = new Allowance(0, 0, List.of(), List.of());

  /** How an account stood before these requests. */
  record Limited(Quota quota, Tally.Standing standing) {

    long remainingRequests() {
      return quota.getRequestsPerMinute() - standing.requests();
    }

    long remainingTokens() {
      return quota.getTokensPerMinute() - standing.tokens();
    }
  }

  /** They are not sent, and not counted any more. */
  public void giveBack() {
    tallies.forEach(tally -> tally.request(takenAtMs, -requests));
  }

  /** Requests that are open count among those at a time; negative when they are closed. */
  public void opened(int change) {
    tallies.forEach(tally -> tally.opened(change));
  }

  /** The {@code x-ratelimit-*} headers, of the account that has the least left. */
  public Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    scarcest(limited -> limited.quota.getRequestsPerMinute(), Limited::remainingRequests)
        .ifPresent(
            limited ->
                put(
                    headers,
                    "requests",
                    limited.quota.getRequestsPerMinute(),
                    limited.remainingRequests() - requests,
                    limited.standing.requestsResetMs()));
    scarcest(limited -> limited.quota.getTokensPerMinute(), Limited::remainingTokens)
        .ifPresent(
            limited ->
                put(
                    headers,
                    "tokens",
                    limited.quota.getTokensPerMinute(),
                    limited.remainingTokens(),
                    limited.standing.tokensResetMs()));
    return headers;
  }

  private Optional<Limited> scarcest(
      Function<Limited, Long> limit, ToLongFunction<Limited> remaining) {
    return accounts.stream()
        .filter(limited -> limit.apply(limited) != null)
        .min(Comparator.comparingLong(remaining));
  }

  private static void put(
      Map<String, String> headers, String what, long limit, long remaining, long resetMs) {
    headers.put("x-ratelimit-limit-" + what, Long.toString(limit));
    headers.put("x-ratelimit-remaining-" + what, Long.toString(Math.max(0, remaining)));
    headers.put("x-ratelimit-reset-" + what, (resetMs + 999) / 1000 + "s");
  }
}
