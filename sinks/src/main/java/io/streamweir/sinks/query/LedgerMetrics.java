package io.streamweir.sinks.query;

import io.streamweir.sinks.ledger.Books;
import io.streamweir.sinks.ledger.LedgerUnavailableException;
import java.util.Map;
import java.util.TreeMap;

/** What a ledger says to a monitoring system, in the text format of Prometheus. */
final class LedgerMetrics {

  private LedgerMetrics() {}

  /** What cannot be told now is left out; {@code weir_ledger_ready} always stands. */
  static String of(Books books) {
    var text = new StringBuilder();
    gauge(text, "weir_ledger_ready", books.unready().isEmpty() ? 1 : 0);
    try {
      var standing = books.standing();
      gauge(text, "weir_ledger_unread_records", standing.unread());
      gauge(text, "weir_ledger_undecided_records", standing.undecided());
      var byCode = new TreeMap<String, Long>();
      books.violations((violation, count) -> byCode.merge(violation.code(), count, Long::sum));
      violations(text, byCode);
    } catch (LedgerUnavailableException e) {
      text.append("# ").append(e.getMessage().replace('\n', ' ')).append('\n');
    }
    return text.toString();
  }

  private static void gauge(StringBuilder text, String name, long value) {
    text.append("# TYPE ").append(name).append(" gauge\n");
    text.append(name).append(' ').append(value).append('\n');
  }

  private static void violations(StringBuilder text, Map<String, Long> byCode) {
    text.append("# TYPE weir_ledger_violations_total counter\n");
    byCode.forEach(
        (code, count) ->
            text.append("weir_ledger_violations_total{code=\"")
                .append(code)
                .append("\"} ")
                .append(count)
                .append('\n'));
  }
}
