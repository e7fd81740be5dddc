package io.streamweir.local.reconcile;

import io.streamweir.schemas.Lane;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.UsageTotals;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What the ledger adds up by; the hour is that in which the requests finished. */
record LedgerAccount(String tenant, String model, Lane lane, long hourStartMs) {

  private static final long HOUR = Duration.ofHours(1).toMillis();

  static LedgerAccount of(UsageRecord usage) {
    var finished = usage.getFinishedAtMs();
    return new LedgerAccount(
        usage.getTenant(),
        usage.getModel(),
        usage.getLane(),
        finished - Math.floorMod(finished, HOUR));
  }

  static LedgerAccount of(UsageTotals totals) {
    return new LedgerAccount(
        totals.getTenant(), totals.getModel(), totals.getLane(), totals.getHourStartMs());
  }

  long hourEndMs() {
    return hourStartMs + HOUR;
  }

  @Override
  public String toString() {
    return tenant
        + "/"
        + model
        + "/"
        + lane.name().toLowerCase(Locale.ROOT)
        + "/"
        + Instant.ofEpochMilli(hourStartMs);
  }
}
