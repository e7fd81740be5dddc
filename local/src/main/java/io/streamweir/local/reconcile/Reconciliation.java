package io.streamweir.local.reconcile;

import java.util.List;
import java.util.Map;

/**
 * What a comparison came to.
 *
 * @param requests identities that were accepted in the range
 * @param open of these, still under way
 * @param withoutTokens of these, compared without their tokens, which the log no longer has
 * @param accounts of the ledger that were compared
 * @param openAccounts of these, those that differ but may still change
 * @param byKind how many differences of each kind; a kind without one is not in here
 * @param differences at most ten thousand of them
 */
public record Reconciliation(
    RecordCounts records,
    int requests,
    int open,
    int withoutTokens,
    int accounts,
    int openAccounts,
    Map<DifferenceKind, Integer> byKind,
    List<Difference> differences) {

  public boolean agrees() {
    return byKind.isEmpty();
  }

  public int total() {
    return byKind.values().stream().mapToInt(Integer::intValue).sum();
  }
}
