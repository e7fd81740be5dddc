package io.streamweir.local.reconcile;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects what a comparison finds. Of many differences only the first ones are kept in words. */
final class Findings {

  private static final int MOST_KEPT = 10_000;

  private final Map<DifferenceKind, Integer> byKind = new EnumMap<>(DifferenceKind.class);
  private final List<Difference> differences = new ArrayList<>();
  private int requests;
  private int open;
  private int withoutTokens;
  private int accounts;
  private int openAccounts;

  void add(DifferenceKind kind, Object subject, String detail) {
    byKind.merge(kind, 1, Integer::sum);
    if (differences.size() < MOST_KEPT) {
      differences.add(new Difference(kind, subject.toString(), detail));
    }
  }

  /** Compared a request that was accepted. */
  void request() {
    requests++;
  }

  /** It is still under way. */
  void open() {
    open++;
  }

  /** Its tokens are no longer in the log. */
  void withoutTokens() {
    withoutTokens++;
  }

  void account() {
    accounts++;
  }

  void openAccount() {
    openAccounts++;
  }

  Reconciliation with(RecordCounts counts) {
    return new Reconciliation(
        counts,
        requests,
        open,
        withoutTokens,
        accounts,
        openAccounts,
        Map.copyOf(byKind),
        List.copyOf(differences));
  }
}
