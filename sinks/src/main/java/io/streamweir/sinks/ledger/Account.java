package io.streamweir.sinks.ledger;

import io.streamweir.schemas.Lane;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.UsageTotals;
import java.time.Duration;
import java.util.Locale;

/**
 * What usage is added up by.
 *
 * @param hourStartMillis start of the hour in which the request finished, epoch milliseconds
 */
record Account(String tenant, String model, Lane lane, long hourStartMillis) {

  private static final long HOUR = Duration.ofHours(1).toMillis();

  static Account of(UsageRecord record) {
    return new Account(
        record.getTenant(),
        record.getModel(),
        record.getLane(),
        record.getFinishedAtMs() - Math.floorMod(record.getFinishedAtMs(), HOUR));
  }

  /** The key on the totals topic. */
  String key() {
    return tenant
        + "/"
        + model
        + "/"
        + lane.name().toLowerCase(Locale.ROOT)
        + "/"
        + hourStartMillis;
  }

  /**
   * @param sum null for the first record of an account
   */
  static UsageTotals add(UsageRecord record, UsageTotals sum) {
    var account = of(record);
    var base =
        sum == null
            ? UsageTotals.newBuilder()
                .setTenant(account.tenant)
                .setModel(account.model)
                .setLane(account.lane)
                .setHourStartMs(account.hourStartMillis)
                .build()
            : sum;
    var usage = record.getUsage();
    var completed = record.getStatus() == ResultStatus.COMPLETED ? 1 : 0;
    return UsageTotals.newBuilder(base)
        .setRequests(base.getRequests() + 1)
        .setCompleted(base.getCompleted() + completed)
        .setPromptTokens(base.getPromptTokens() + usage.getPromptTokens())
        .setCachedTokens(base.getCachedTokens() + usage.getCachedTokens())
        .setCompletionTokens(base.getCompletionTokens() + usage.getCompletionTokens())
        .setReasoningTokens(base.getReasoningTokens() + usage.getReasoningTokens())
        .setWastedTokens(base.getWastedTokens() + usage.getWastedTokens())
        .setEngineTimeUs(base.getEngineTimeUs() + record.getEngineTimeUs())
        .build();
  }
}
