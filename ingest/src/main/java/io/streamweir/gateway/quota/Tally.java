package io.streamweir.gateway.quota;

import io.streamweir.schemas.quota.MinuteWindow;

/** What an account has taken, as far as this gateway has heard. Thread-safe. */
final class Tally {

  private final MinuteWindow requests = new MinuteWindow();
  private final MinuteWindow tokens = new MinuteWindow();
  private int open;

  /**
   * How an account stands.
   *
   * @param requests in the last minute
   * @param requestsFreeMs after how many milliseconds there is room for one request
   * @param requestsResetMs after how many milliseconds no request counts any more
   */
  record Standing(
      long requests,
      long requestsFreeMs,
      long requestsResetMs,
      long tokens,
      long tokensFreeMs,
      long tokensResetMs,
      int open) {}

  /**
   * @param requestRoom most requests with which there is room for the next
   * @param tokenRoom most tokens with which there is room for the next request
   */
  synchronized Standing standing(long nowMs, long requestRoom, long tokenRoom) {
    return new Standing(
        requests.total(nowMs),
        requests.millisUntil(nowMs, requestRoom),
        requests.millisUntil(nowMs, 0),
        tokens.total(nowMs),
        tokens.millisUntil(nowMs, tokenRoom),
        tokens.millisUntil(nowMs, 0),
        open);
  }

  synchronized void request(long atMs, int count) {
    requests.add(atMs, count);
  }

  synchronized void tokens(long atMs, long count) {
    tokens.add(atMs, count);
  }

  synchronized void opened(int change) {
    open += change;
  }
}
