package io.streamweir.local.cli;

import io.streamweir.local.reconcile.DifferenceKind;
import io.streamweir.local.reconcile.Reconciliation;
import io.streamweir.local.reconcile.ReportJson;
import io.streamweir.local.reconcile.Scope;
import io.streamweir.local.reconcile.TopicsReconciliation;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.TextTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "reconcile",
    description = {
      "Compare what was asked with what was streamed, answered, billed and added up, request by"
          + " request, and print every difference. Exit status 1 if there is one.",
      "",
      "It only reads, and can run while requests do: what is still under way is counted as open."
    })
public final class ReconcileCommand implements Callable<Integer> {

  @Mixin private StackOption option;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = SinceConverter.class,
      description =
          "Compare requests sent since then: 2026-01-31T12:00:00Z, or how long ago: 90min. Default:"
              + " all that the topics hold.")
  private Instant since;

  @Option(names = "--tenant", paramLabel = "TENANT", description = "Only its requests.")
  private String tenant;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "5min",
      converter = DurationConverter.class,
      description =
          "How long a request may be silent before what it lacks counts as lost; until then it is"
              + " open. Default: ${DEFAULT-VALUE}.")
  private Duration wait;

  @Option(
      names = "--most-requests",
      paramLabel = "N",
      defaultValue = "300000",
      description =
          "Refuse to compare more in one run; each takes about 500 bytes of memory. Default:"
              + " ${DEFAULT-VALUE}.")
  private int mostRequests;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write counts and differences as JSON.")
  private Path report;

  @Override
  public Integer call() {
    var stack = option.stack().require("kafka", "registry");
    var terminal = Terminal.standard();
    var scope =
        new Scope(Optional.ofNullable(since), Optional.ofNullable(tenant), wait, mostRequests);
    var clock = InstantSource.system();
    var at = clock.instant();
    var found = TopicsReconciliation.of(stack.clientOptions(), scope, clock);
    if (report != null) {
      ReportJson.write(report, ReportJson.of(scope, at, found));
    }
    found.differences().forEach(difference -> terminal.line("DIFFERENCE %s", difference));
    terminal.lines(table(found));
    terminal.line("%s", verdict(found));
    return found.agrees() ? 0 : 1;
  }

  private static TextTable table(Reconciliation found) {
    var records = found.records();
    var table =
        new TextTable()
            .row("requests accepted", found.requests())
            .row("of these still open", found.open())
            .row("of these without tokens in the log", found.withoutTokens())
            .row("request records", records.requestRecords())
            .row("dead letters", records.deadLetters())
            .row("results", records.results())
            .row("usage records", records.usageRecords())
            .row("tokens billed", records.billedTokens())
            .row("accounts of the ledger", found.accounts())
            .row("of these still open", found.openAccounts());
    for (var kind : DifferenceKind.values()) {
      if (found.byKind().containsKey(kind)) {
        table.row(kind.code(), found.byKind().get(kind));
      }
    }
    return table;
  }

  private static String verdict(Reconciliation found) {
    if (found.agrees()) {
      return "No difference.";
    }
    var lacks =
        found.byKind().containsKey(DifferenceKind.REQUEST_LOST)
            ? " An open transaction hides results that are there: ./weir transactions"
            : "";
    return found.total() + " differences." + lacks;
  }
}
