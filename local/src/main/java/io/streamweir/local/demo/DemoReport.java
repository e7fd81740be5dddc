package io.streamweir.local.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.local.terminal.TextTable;
import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What came out of a demo, as a table and as JSON. */
public final class DemoReport {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final DemoOptions options;
  private final String run;
  private final ArrivalPlan arrivals;
  private final Counts counts;
  private final Scores scores;
  private final OnlineFigures online;
  private final OfflineFigures offline;

  DemoReport(
      DemoOptions options,
      String run,
      ArrivalPlan arrivals,
      Counts counts,
      Scores scores,
      OnlineFigures online,
      OfflineFigures offline) {
    this.options = options;
    this.run = run;
    this.arrivals = arrivals;
    this.counts = counts;
    this.scores = scores;
    this.online = online;
    this.offline = offline;
  }

  /** What does not match, in words; empty if all is well. */
  public List<String> mismatches() {
    return counts.mismatches();
  }

  public TextTable table() {
    return new TextTable()
        .row("run", run, "")
        .row(
            "requests sent",
            counts.sent(),
            "%d offline from %s, %d online"
                .formatted(counts.offline(), options.input().getFileName(), counts.online()))
        .row("results", counts.results(), "%d completed".formatted(counts.completed()))
        .row("usage records", counts.usageRecords(), "")
        .row(
            "tokens in the log",
            counts.loggedTokens(),
            "each index once; %d billed".formatted(counts.billedTokens()))
        .row(
            "intent accuracy",
            percent(scores.intentAccuracy()),
            "%d of %d".formatted(scores.intents(), scores.utterances()))
        .row(
            "entity exact",
            percent(scores.entityExact()),
            "%d of %d, %d where there is none"
                .formatted(scores.entities(), scores.withEntity(), scores.spurious()))
        .row(
            "online arrivals",
            number(arrivals.meanRate()) + "/s",
            "peak second %d; %s".formatted(arrivals.peakRate(), arrivals.source()))
        .row(
            "online TTFT",
            "%s / %s ms".formatted(number(online.ttftP50()), number(online.ttftP99())),
            "p50 / p99 of %d streams".formatted(online.streams()))
        .row(
            "online TPOT",
            "%s / %s ms".formatted(number(online.tpotP50()), number(online.tpotP99())),
            "p50 / p99, time per token after the first chunk")
        .row(
            "offline tokens/s",
            number(offline.tokensPerSecond()),
            "%d tokens in %s s".formatted(offline.tokens(), number(offline.seconds())))
        .row("dashboard", options.dashboard(), "");
  }

  /**
   * Writes everything that the table shows.
   *
   * @throws WeirException if the file cannot be written
   */
  public void write(Path file) {
    try {
      JSON.writeValue(file.toFile(), json());
    } catch (IOException e) {
      throw new WeirException("Cannot write the report " + file + ": " + e.getMessage(), e);
    }
  }

  ObjectNode json() {
    var json = JSON.createObjectNode();
    json.put("run", run);
    json.put("ok", mismatches().isEmpty());
    mismatches().forEach(json.putArray("mismatches")::add);
    json.put("input", options.input().toString());
    json.put("model", options.model());
    json.put("cores", Runtime.getRuntime().availableProcessors());
    json.set("counts", counts.json(JSON.createObjectNode()));
    json.putObject("accuracy")
        .put("utterances", scores.utterances())
        .put("valid_json", scores.valid())
        .put("intent_right", scores.intents())
        .put("intent_accuracy_percent", scores.intentAccuracy())
        .put("with_entity", scores.withEntity())
        .put("entity_right", scores.entities())
        .put("entity_exact_percent", scores.entityExact())
        .put("entity_spurious", scores.spurious());
    json.putObject("arrivals")
        .put("source", arrivals.source())
        .put("mean_per_second", arrivals.meanRate())
        .put("peak_second", arrivals.peakRate());
    json.set("online", online.json(JSON.createObjectNode()));
    json.set("offline", offline.json(JSON.createObjectNode()));
    json.put("dashboard", options.dashboard());
    return json;
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.1f %%", value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
