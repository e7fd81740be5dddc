package io.streamweir.local.reconcile;

import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.UsageTotals;

/** The sums of one account, computed here or read from the ledger. */
record LedgerSum(
    long requests,
    long completed,
    long promptTokens,
    long cachedTokens,
    long completionTokens,
    long reasoningTokens,
    long wastedTokens,
    long engineTimeUs) {

  static final LedgerSum NOTHING = new LedgerSum(0, 0, 0, 0, 0, 0, 0, 0);

  static LedgerSum of(UsageTotals totals) {
    return new LedgerSum(
        totals.getRequests(),
        totals.getCompleted(),
        totals.getPromptTokens(),
        totals.getCachedTokens(),
        totals.getCompletionTokens(),
        totals.getReasoningTokens(),
        totals.getWastedTokens(),
        totals.getEngineTimeUs());
  }

  LedgerSum plus(UsageRecord record) {
    var usage = record.getUsage();
    return new LedgerSum(
        requests + 1,
        completed + (record.getStatus() == ResultStatus.COMPLETED ? 1 : 0),
        promptTokens + usage.getPromptTokens(),
        cachedTokens + usage.getCachedTokens(),
        completionTokens + usage.getCompletionTokens(),
        reasoningTokens + usage.getReasoningTokens(),
        wastedTokens + usage.getWastedTokens(),
        engineTimeUs + record.getEngineTimeUs());
  }
}
