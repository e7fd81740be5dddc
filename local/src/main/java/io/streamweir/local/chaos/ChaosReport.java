package io.streamweir.local.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.local.reconcile.DifferenceKind;
import io.streamweir.local.reconcile.Reconciliation;
import io.streamweir.local.terminal.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/** What came out of a run. */
public final class ChaosReport {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<DifferenceKind> LOST =
      List.of(
          DifferenceKind.REQUEST_LOST,
          DifferenceKind.RECORD_LOST,
          DifferenceKind.RESULT_MISSING,
          DifferenceKind.USAGE_MISSING,
          DifferenceKind.STREAM_WITHOUT_END);

  private static final List<DifferenceKind> DUPLICATED =
      List.of(
          DifferenceKind.RESULT_NOT_UNIQUE,
          DifferenceKind.USAGE_NOT_UNIQUE,
          DifferenceKind.DUPLICATE_ACCEPTED,
          DifferenceKind.DEAD_LETTER_NOT_UNIQUE);

  private static final List<DifferenceKind> CONTRADICTED =
      List.of(DifferenceKind.STREAM_CONTRADICTION, DifferenceKind.RESULT_TOKENS_DIFFER);

  private static final List<DifferenceKind> USAGE =
      List.of(
          DifferenceKind.USAGE_TOKENS_DIFFER,
          DifferenceKind.RESULT_AND_USAGE_DIFFER,
          DifferenceKind.LEDGER_DIFFERS);

  private final ChaosOptions options;
  private final Instant began;
  private final Duration took;
  private final LoadRecords records;
  private final List<Episode> episodes;
  private final Reconciliation found;
  private final Answers answers;
  private final List<String> findings;

  ChaosReport(
      ChaosOptions options,
      Instant began,
      LoadRecords records,
      List<Episode> episodes,
      Reconciliation found,
      Answers answers,
      List<String> findings) {
    this.options = options;
    this.began = began;
    this.took = Duration.between(began, Instant.now());
    this.records = records;
    this.episodes = List.copyOf(episodes);
    this.found = found;
    this.answers = answers;
    this.findings = List.copyOf(findings);
  }

  /** Everything that is not as it was promised, a line each; empty if nothing is. */
  public List<String> differences() {
    var all = new ArrayList<String>();
    found.differences().forEach(difference -> all.add(difference.toString()));
    all.addAll(findings);
    if (found.open() > 0 || found.openAccounts() > 0) {
      all.add(
          "%d requests and %d accounts of the ledger are still open"
              .formatted(found.open(), found.openAccounts()));
    }
    episodes.forEach(
        episode ->
            episode
                .givenUp()
                .forEach(what -> all.add(what + " (given up at " + episode.at() + ")")));
    episodes.stream()
        .filter(episode -> episode.servesAfterMs() < 0 || episode.unrecovered() > 0)
        .forEach(
            episode ->
                all.add(
                    "%s at %s was not repaired in time: %d streams silent, all processes serve: %s"
                        .formatted(
                            episode.words(),
                            episode.at(),
                            episode.unrecovered(),
                            episode.servesAfterMs() >= 0)));
    return all;
  }

  /** Faults that were inflicted. */
  public int faults() {
    return episodes.stream().mapToInt(Episode::faults).sum();
  }

  public int accepted() {
    return found.requests();
  }

  public TextTable table() {
    var table =
        new TextTable()
            .row("faults", faults(), "seed " + options.seed())
            .row("requests sent", records.sent(), "by all consumers")
            .row("requests accepted", found.requests(), "")
            .row("results", answers.results(), answers.byStatus())
            .row("lost", count(LOST), "")
            .row("duplicated", count(DUPLICATED), "")
            .row("gaps", count(List.of(DifferenceKind.STREAM_GAP)), "")
            .row("contradicted", count(CONTRADICTED), "")
            .row("usage differs", count(USAGE), "")
            .row("differences", differences().size(), "of whatever kind")
            .row("tokens billed", answers.billedTokens(), "")
            .row("tokens wasted", answers.wastedTokens(), "computed again, not billed");
    recoveries()
        .forEach(
            (code, times) ->
                table.row(
                    code,
                    times.at(0.5) + " / " + times.at(0.99) + " / " + times.at(1) + " ms",
                    "p50 / p99 / max, blow to next token of a disturbed stream"));
    return table;
  }

  public ObjectNode json() {
    var json = JSON.createObjectNode();
    json.put("began", began.toString())
        .put("took_s", took.toSeconds())
        .put("seed", options.seed())
        .put("blows_s", options.duration().toSeconds())
        .put("consumers_of_each_kind", options.each())
        .put("cores", Runtime.getRuntime().availableProcessors())
        .put("faults", faults())
        .put("requests_sent", records.sent())
        .put("requests_accepted", found.requests())
        .put("terminal_records", answers.results())
        .put("lost", count(LOST))
        .put("duplicated", count(DUPLICATED))
        .put("gaps", count(List.of(DifferenceKind.STREAM_GAP)))
        .put("contradicted", count(CONTRADICTED))
        .put("usage_differences", count(USAGE))
        .put("tokens_billed", answers.billedTokens())
        .put("tokens_wasted", answers.wastedTokens());
    var statuses = json.putObject("results_by_status");
    answers.byStatus().forEach((status, count) -> statuses.put(status.name(), count));
    var differences = json.putArray("differences");
    differences().forEach(differences::add);
    var kinds = json.putObject("recovery_ms_by_fault");
    recoveries().forEach((code, times) -> times.put(kinds, code));
    var serving = json.putObject("all_processes_serve_after_ms_by_fault");
    byCode(episode -> List.of(episode.servesAfterMs()))
        .forEach((code, times) -> times.put(serving, code));
    new Percentiles(records.resumes()).put(json, "sse_resumed_after_ms");
    json.put("streams_in_flight_at_blows", episodes.stream().mapToInt(Episode::streams).sum());
    json.put(
        "streams_not_disturbed",
        episodes.stream()
            .mapToInt(each -> each.streams() - each.disturbedMs().size() - each.unrecovered())
            .sum());
    var blows = json.putArray("blows");
    for (var episode : episodes) {
      var blow = blows.addObject();
      blow.put("at", episode.at().toString())
          .put("fault", episode.words())
          .put("streams", episode.streams())
          .put("serves_after_ms", episode.servesAfterMs())
          .put("longest_pause_of_others_ms", episode.longestPauseMs());
      episode.disturbedMs().forEach(blow.putArray("recovered_after_ms")::add);
    }
    return json;
  }

  private TreeMap<String, Percentiles> recoveries() {
    return byCode(Episode::disturbedMs);
  }

  private TreeMap<String, Percentiles> byCode(Function<Episode, List<Long>> times) {
    var lists = new TreeMap<String, List<Long>>();
    for (var episode : episodes) {
      lists.computeIfAbsent(episode.code(), code -> new ArrayList<>()).addAll(times.apply(episode));
    }
    var percentiles = new TreeMap<String, Percentiles>();
    lists.forEach((code, list) -> percentiles.put(code, new Percentiles(list)));
    return percentiles;
  }

  private int count(List<DifferenceKind> kinds) {
    return kinds.stream().mapToInt(kind -> found.byKind().getOrDefault(kind, 0)).sum();
  }
}
