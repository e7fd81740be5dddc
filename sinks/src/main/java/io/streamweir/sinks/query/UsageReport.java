package io.streamweir.sinks.query;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.schemas.UsageTotals;
import io.streamweir.sinks.ledger.Books;
import io.streamweir.sinks.ledger.Standing;
import io.streamweir.sinks.ledger.Violation;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a query finds: the sums, what was refused, and how far the ledger was before they were read.
 * The sums are at most one commit (a second) ahead of the totals topic. Not thread-safe.
 */
final class UsageReport {

  /** More would not fit into the memory of a ledger. */
  static final int MOST_ROWS = 20_000;

  private static final Comparator<List<String>> BY_CELLS =
      (one, other) -> {
        for (int i = 0; i < one.size(); i++) {
          var order = one.get(i).compareTo(other.get(i));
          if (order != 0) {
            return order;
          }
        }
        return 0;
      };

  private final UsageQuery query;
  private final Instant at;
  private final Standing standing;
  private final Map<List<String>, UsageSum> rows = new TreeMap<>(BY_CELLS);
  private final UsageSum total = new UsageSum();
  private final Map<List<String>, Long> violations = new TreeMap<>(BY_CELLS);

  private UsageReport(UsageQuery query, Instant at, Standing standing) {
    this.query = query;
    this.at = at;
    this.standing = standing;
  }

  /**
   * Reads the books.
   *
   * @throws ApiException with status 400 if the answer would have too many rows
   * @throws io.streamweir.sinks.ledger.LedgerUnavailableException if they cannot be read now
   */
  static UsageReport of(UsageQuery query, Books books, Instant at) {
    var report = new UsageReport(query, at, books.standing());
    books.accounts(report::add);
    books.violations(report::add);
    return report;
  }

  ObjectNode json() {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("as_of", at.toString())
        .put("unread_records", standing.unread())
        .put("undecided_records", standing.undecided())
        .put("from", query.from().map(Instant::toString).orElse(null))
        .put("to", query.to().map(Instant::toString).orElse(null));
    var groups = json.putArray("group_by");
    query.groupBy().forEach(each -> groups.add(each.code()));
    var array = json.putArray("rows");
    rows.forEach(
        (cells, sum) -> {
          var row = array.addObject();
          for (int i = 0; i < cells.size(); i++) {
            row.put(query.groupBy().get(i).code(), cells.get(i));
          }
          sum.writeTo(row);
        });
    total.writeTo(json.putObject("total"));
    var refused = json.putArray("violations");
    violations.forEach(
        (cells, count) ->
            refused
                .addObject()
                .put("hour", cells.get(0))
                .put("tenant", cells.get(1))
                .put("code", cells.get(2))
                .put("records", count));
    return json;
  }

  private void add(UsageTotals account) {
    if (!query.covers(account)) {
      return;
    }
    var cells = query.groupBy().stream().map(each -> each.of(account)).toList();
    if (rows.size() == MOST_ROWS && !rows.containsKey(cells)) {
      throw new ApiException(
          ApiError.invalid(
              "group_by",
              "The answer has more than "
                  + MOST_ROWS
                  + " rows. Ask for a shorter time, one tenant, or fewer groups."));
    }
    rows.computeIfAbsent(cells, key -> new UsageSum()).add(account);
    total.add(account);
  }

  private void add(Violation violation, long count) {
    if (query.covers(violation)) {
      var hour = Instant.ofEpochMilli(violation.hourStartMillis()).toString();
      violations.merge(List.of(hour, violation.tenant(), violation.code()), count, Long::sum);
    }
  }
}
