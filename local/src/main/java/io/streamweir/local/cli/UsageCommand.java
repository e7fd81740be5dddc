package io.streamweir.local.cli;

import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.usage.LedgerClient;
import io.streamweir.local.usage.UsageAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "usage",
    description = {
      "Show what is billed, as the usage ledger has added it up.",
      "",
      "A request counts for the hour (UTC) in which it ended. Its usage record is committed with a"
          + " checkpoint of its job and added up within a second or two; the last lines say what is"
          + " not in the sums yet, and what never will be, because the ledger refused it."
    })
public final class UsageCommand implements Runnable {

  /** A ledger that was killed is ready again when its predecessor is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Mixin private StackOption option;

  @Option(names = "--tenant", paramLabel = "TENANT", description = "Only that tenant.")
  private String tenant;

  @Option(names = "--model", paramLabel = "MODEL", description = "Only that model.")
  private String model;

  @Option(names = "--lane", paramLabel = "LANE", description = "Only that lane: online, offline.")
  private String lane;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = SinceConverter.class,
      description =
          "From the hour of that time on: 2026-01-31T12:00:00Z, or how long ago: 90min. Default:"
              + " the beginning.")
  private Instant from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = SinceConverter.class,
      description = "To the end of the hour of that time. Default: now.")
  private Instant to;

  @Option(
      names = "--by",
      paramLabel = "GROUP",
      split = ",",
      defaultValue = "tenant,model,lane",
      description =
          "What to tell apart: hour, day, tenant, model, lane; several with commas. Default:"
              + " ${DEFAULT-VALUE}.")
  private List<String> by;

  @Option(names = "--json", description = "Print the ledger's answer as it is.")
  private boolean json;

  @Override
  public void run() {
    var stack = option.stack().require("ledger");
    var ledger = new LedgerClient(stack.settings().ledgerUrl(), PATIENCE);
    var answer = new UsageAnswer(ledger.usage(parameters()));
    var terminal = Terminal.standard();
    if (json) {
      terminal.line("%s", answer.json().toPrettyString());
      return;
    }
    terminal.lines(answer.table());
    answer.remarks().forEach(remark -> terminal.line("%s", remark));
  }

  private Map<String, String> parameters() {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("tenant", tenant);
    parameters.put("model", model);
    parameters.put("lane", lane);
    parameters.put("from", from == null ? null : from.toString());
    parameters.put("to", to == null ? null : to.toString());
    parameters.put("group_by", String.join(",", by));
    parameters.values().removeIf(value -> value == null);
    return parameters;
  }
}
