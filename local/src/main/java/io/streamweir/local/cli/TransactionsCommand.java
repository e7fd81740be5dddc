package io.streamweir.local.cli;

import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.TextTable;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.local.transactions.BrokerTransactions;
import io.streamweir.local.transactions.OpenTransaction;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "transactions",
    description = {
      "Show the transactions that have begun and not ended. Who reads committed records does not"
          + " get past the first record of such a transaction, on the partitions it holds.",
      "",
      "A running job has one open at most times, as old as its checkpoint interval. One that is much"
          + " older belongs to a job that is gone; the broker aborts it when its timeout is over.",
      "",
      "Aborting throws away what the transaction wrote. If its job runs, or is to go on from a"
          + " checkpoint that promised it, the results and usage records in it are lost: look at the"
          + " dashboard first, and run ./weir reconcile afterwards."
    })
public final class TransactionsCommand implements Callable<Integer> {

  @Mixin private StackOption option;

  @Option(
      names = "--abort",
      paramLabel = "ID",
      description = "Abort the transaction of this transactional id. Repeatable.")
  private List<String> abort = new ArrayList<>();

  @Option(
      names = "--abort-all-older-than",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Abort those that began longer ago, for example 2min.")
  private Duration olderThan;

  @Option(
      names = "--all",
      description =
          "Also those of other programs. Without it: ids that begin with "
              + BrokerTransactions.PREFIX
              + ".")
  private boolean all;

  @Override
  public Integer call() {
    var stack = option.stack().require("kafka");
    try (var transactions = new BrokerTransactions(stack.clientOptions(), InstantSource.system())) {
      return run(transactions, abort, olderThan, all, Terminal.standard());
    }
  }

  /**
   * @param olderThan null: none for its age
   */
  static int run(
      BrokerTransactions transactions,
      List<String> abort,
      Duration olderThan,
      boolean all,
      Terminal terminal) {
    var open = transactions.open(all ? "" : BrokerTransactions.PREFIX);
    if (open.isEmpty()) {
      terminal.line("No open transaction: who reads committed records sees all there is.");
    } else {
      terminal.lines(table(open));
      terminal.line(
          "On the partitions held, who reads committed records stands before the first record of"
              + " the transaction until it ends.");
    }
    for (var id : chosen(open, abort, olderThan)) {
      transactions.abort(id);
      terminal.line(
          "%s is aborted: its records count for nobody, its producer is fenced, readers go on.",
          id);
    }
    return 0;
  }

  private static LinkedHashSet<String> chosen(
      List<OpenTransaction> open, List<String> abort, Duration olderThan) {
    var ids = open.stream().map(OpenTransaction::id).collect(Collectors.toSet());
    for (var id : abort) {
      if (!ids.contains(id)) {
        throw new WeirException(
            ("'%s' has no open transaction, or does not begin with %s (--all takes others too)."
                    + " Nothing was aborted.")
                .formatted(id, BrokerTransactions.PREFIX));
      }
    }
    var chosen = new LinkedHashSet<>(abort);
    if (olderThan != null) {
      open.stream()
          .filter(OpenTransaction::ongoing)
          .filter(each -> each.age().compareTo(olderThan) > 0)
          .forEach(each -> chosen.add(each.id()));
    }
    return chosen;
  }

  private static TextTable table(List<OpenTransaction> open) {
    var table =
        new TextTable()
            .row("transactional id", "state", "producer", "age", "ends after", "partitions held");
    for (var each : open) {
      table.row(
          each.id(),
          each.state(),
          each.producerId(),
          each.age().toSeconds() + " s",
          each.timeout().toSeconds() + " s",
          each.partitions().stream()
              .map(TopicPartition::toString)
              .collect(Collectors.joining(" ")));
    }
    return table;
  }
}
