package io.streamweir.router.quota;

import java.util.HashMap;
import java.util.Map;

/**
 * The limits of all accounts as this subtask knows them. Not thread-safe.
 *
 * <p>It begins with what the topics hold when the task starts, and the source may tell older news
 * afterwards: of an account, the record with the highest offset counts.
 */
final class LimitTable {

  /** Stands for the tenant among the names of its keys. */
  static final String TENANT = "";

  private final Map<String, Known> accounts = new HashMap<>();

  private record Known(long offset, Limits limits) {}

  /** The account of a key of a tenant. */
  static String account(String tenant, String key) {
    return tenant + "/" + key;
  }

  void apply(LimitChange change) {
    var known = accounts.get(change.account);
    if (known == null || change.offset >= known.offset) {
      accounts.put(change.account, new Known(change.offset, change.limits()));
    }
  }

  Limits of(String account) {
    var known = accounts.get(account);
    return known == null ? Limits.NONE : known.limits;
  }
}
