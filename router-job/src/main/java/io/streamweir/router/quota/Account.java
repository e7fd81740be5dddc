package io.streamweir.router.quota;

import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.schemas.quota.MinuteWindow;
import io.streamweir.schemas.quota.Refusals;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * What a tenant, or one of its keys, has taken.
 *
 * <p>A mutable bean because it is the state of an operator.
 */
public class Account {

  public static final TypeInformation<Account> TYPE = Types.POJO(Account.class);

  /** After how long one of several concurrent requests may have ended is anybody's guess. */
  private static final long CONCURRENT_RETRY_MS = 1000;

  /** See {@link MinuteWindow#cells}. */
  public long[] requests = new MinuteWindow().cells();

  /** Those of requests that have ended. */
  public long[] tokens = new MinuteWindow().cells();

  public long inFlight;

  /** For Flink. */
  public Account() {}

  /**
   * Why a request is one too many, if it is.
   *
   * @param whose for the message
   * @param atMs epoch milliseconds at which it came
   */
  Optional<Overdraft> refusal(Limits limits, String whose, long atMs) {
    return overdrawn(requests, limits.requestsPerMinute(), whose, "requests", atMs)
        .or(() -> overdrawn(tokens, limits.tokensPerMinute(), whose, "tokens", atMs))
        .or(() -> tooMany(limits.concurrentRequests(), whose));
  }

  private static Optional<Overdraft> overdrawn(
      long[] cells, OptionalLong limit, String whose, String what, long atMs) {
    var window = MinuteWindow.of(cells);
    if (limit.isEmpty() || window.total(atMs) < limit.getAsLong()) {
      return Optional.empty();
    }
    var waitMs = window.millisUntil(atMs, limit.getAsLong() - 1);
    var allowed = limit.getAsLong() + " " + what + " in any minute";
    return Optional.of(new Overdraft(refusal(whose, allowed, waitMs), false));
  }

  private Optional<Overdraft> tooMany(OptionalLong limit, String whose) {
    if (limit.isEmpty() || inFlight < limit.getAsLong()) {
      return Optional.empty();
    }
    var allowed = limit.getAsLong() + " requests at a time";
    return Optional.of(new Overdraft(refusal(whose, allowed, CONCURRENT_RETRY_MS), true));
  }

  void begin(long atMs) {
    MinuteWindow.of(requests).add(atMs, 1);
  }

  void spend(long atMs, long amount) {
    MinuteWindow.of(tokens).add(atMs, amount);
  }

  private static Rejection refusal(String whose, String allowed, long waitMs) {
    var message = Refusals.message(whose, allowed, waitMs);
    return new Rejection(ErrorCode.RATE_LIMIT_EXCEEDED, message, waitMs);
  }
}
