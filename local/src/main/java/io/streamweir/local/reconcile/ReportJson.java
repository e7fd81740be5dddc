package io.streamweir.local.reconcile;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;

/** A reconciliation for programs. */
public final class ReportJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportJson() {}

  /** Counts, and each difference that was kept. */
  public static ObjectNode of(Scope scope, Instant at, Reconciliation found) {
    var json = JSON.createObjectNode();
    json.put("at", at.toString())
        .put("since", scope.since().map(Instant::toString).orElse(null))
        .put("tenant", scope.tenant().orElse(null))
        .put("wait_ms", scope.patience().toMillis())
        .put("agrees", found.agrees());
    var records = found.records();
    json.putObject("records")
        .put("requests", records.requestRecords())
        .put("undecodable", records.undecodable())
        .put("dead_letters", records.deadLetters())
        .put("results", records.results())
        .put("usage", records.usageRecords())
        .put("token_chunks", records.chunks())
        .put("tokens_billed", records.billedTokens());
    json.putObject("requests")
        .put("accepted", found.requests())
        .put("open", found.open())
        .put("compared_without_tokens", found.withoutTokens());
    json.putObject("accounts").put("compared", found.accounts()).put("open", found.openAccounts());
    var kinds = json.put("differences_total", found.total()).putObject("differences_by_kind");
    for (var kind : DifferenceKind.values()) {
      kinds.put(kind.code(), found.byKind().getOrDefault(kind, 0));
    }
    var differences = json.putArray("differences");
    for (var difference : found.differences()) {
      differences
          .addObject()
          .put("kind", difference.kind().code())
          .put("subject", difference.subject())
          .put("detail", difference.detail());
    }
    return json;
  }

  public static void write(Path file, ObjectNode report) {
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), report);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }
}
