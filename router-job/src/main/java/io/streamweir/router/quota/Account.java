package io.streamweir.router.quota;

import io.streamweir.schemas.quota.MinuteWindow;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * What a tenant, or one of its keys, has taken in the last minute.
 *
 * <p>A mutable bean because it is the state of an operator.
 */
public class Account {

  public static final TypeInformation<Account> TYPE = Types.POJO(Account.class);

  /** See {@link MinuteWindow#cells}. */
  public long[] requests = new MinuteWindow().cells();

  /** Those of requests that have ended. */
  public long[] tokens = new MinuteWindow().cells();

  /** For Flink. */
  public Account() {}

  /**
   * Why a request is one too many, if it is.
   *
   * @param whose for the message
   * @param name of the account
   * @param atMs epoch milliseconds at which it came
   */
  Optional<Overdraft> overdraft(Limits limits, String whose, String name, long atMs) {
    return overdrawn(requests, limits.requestsPerMinute(), whose, name, "requests", atMs)
        .or(() -> overdrawn(tokens, limits.tokensPerMinute(), whose, name, "tokens", atMs));
  }

  private static Optional<Overdraft> overdrawn(
      long[] cells, OptionalLong limit, String whose, String name, String what, long atMs) {
    var window = MinuteWindow.of(cells);
    if (limit.isEmpty() || window.total(atMs) < limit.getAsLong()) {
      return Optional.empty();
    }
    var waitMs = window.millisUntil(atMs, limit.getAsLong() - 1);
    return Optional.of(Overdraft.tooManyInAMinute(limit.getAsLong(), what, whose, name, waitMs));
  }

  /** Partitions and lanes are not read in the order of their times: one may be an hour behind. */
  void begin(long atMs) {
    MinuteWindow.of(requests).addLate(atMs, 1);
  }

  void spend(long atMs, long amount) {
    MinuteWindow.of(tokens).add(atMs, amount);
  }
}
