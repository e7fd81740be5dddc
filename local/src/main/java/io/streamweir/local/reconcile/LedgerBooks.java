package io.streamweir.local.reconcile;

import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.UsageTotals;
import java.util.HashMap;
import java.util.Map;

/** One account: the sum of its usage records beside the total of the ledger. Not thread-safe. */
final class LedgerBooks {

  private static final class Entry {
    private LedgerSum billed = LedgerSum.NOTHING;
    private LedgerSum ledger = LedgerSum.NOTHING;
    private long newestMs = Long.MIN_VALUE;
  }

  private final Map<LedgerAccount, Entry> accounts = new HashMap<>();

  void usage(UsageRecord usage, long timestampMs) {
    var entry = entry(LedgerAccount.of(usage));
    entry.billed = entry.billed.plus(usage);
    entry.newestMs = Math.max(entry.newestMs, timestampMs);
  }

  /** The last record of an account counts. */
  void totals(UsageTotals totals) {
    entry(LedgerAccount.of(totals)).ledger = LedgerSum.of(totals);
  }

  /**
   * Compares the accounts of the hours of which every usage record was read.
   *
   * @param fromMs beginning of the first such hour, or earlier
   * @param settledBeforeMs an account with a later usage record may still change
   */
  void check(long fromMs, long settledBeforeMs, Findings findings) {
    accounts.forEach(
        (account, entry) -> {
          if (account.hourStartMs() < fromMs) {
            return;
          }
          findings.account();
          if (entry.billed.equals(entry.ledger)) {
            return;
          }
          if (isSettled(account, entry, settledBeforeMs)) {
            findings.add(
                DifferenceKind.LEDGER_DIFFERS,
                account,
                "the usage records add up to " + entry.billed + ", the ledger has " + entry.ledger);
          } else {
            findings.openAccount();
          }
        });
  }

  private static boolean isSettled(LedgerAccount account, Entry entry, long settledBeforeMs) {
    var newest = entry.newestMs == Long.MIN_VALUE ? account.hourEndMs() : entry.newestMs;
    return newest < settledBeforeMs;
  }

  private Entry entry(LedgerAccount account) {
    return accounts.computeIfAbsent(account, key -> new Entry());
  }
}
