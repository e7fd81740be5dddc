package io.streamweir.local.usage;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.local.terminal.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An answer of the ledger as lines to read.
 *
 * @param json what {@code GET /v1/usage} answers, see docs/usage-ledger.md
 */
public record UsageAnswer(JsonNode json) {

  private static final List<String> COUNTS =
      List.of(
          "requests",
          "completed",
          "prompt_tokens",
          "cached_tokens",
          "completion_tokens",
          "reasoning_tokens",
          "wasted_tokens");

  /** The sums; below several of them their total. */
  public TextTable table() {
    var groups = stream(json.path("group_by")).map(JsonNode::asText).toList();
    var table = new TextTable().row(header(groups).toArray());
    stream(json.path("rows")).forEach(row -> table.row(cells(row, groups).toArray()));
    if (json.path("rows").size() != 1) {
      table.row(total(groups).toArray());
    }
    return table;
  }

  /** What the sums do not contain. */
  public List<String> remarks() {
    var remarks = new ArrayList<String>();
    for (var violation : json.path("violations")) {
      var tenant = violation.path("tenant").asText();
      remarks.add(
          "VIOLATION %s: %d records of %s in the hour of %s are not in the sums; see weir.dead-letters"
              .formatted(
                  violation.path("code").asText(),
                  violation.path("records").asLong(),
                  tenant.isEmpty() ? "an unknown tenant" : "tenant " + tenant,
                  violation.path("hour").asText()));
    }
    var unread = json.path("unread_records").asLong();
    var undecided = json.path("undecided_records").asLong();
    if (unread > 0) {
      remarks.add("The ledger has %d records still to read.".formatted(unread));
    }
    if (undecided > 0) {
      remarks.add(
          "%d records are in, or behind, transactions that have not ended: ./weir transactions"
              .formatted(undecided));
    }
    return remarks;
  }

  private static List<String> header(List<String> groups) {
    var header = new ArrayList<>(groups);
    COUNTS.forEach(count -> header.add(count.replace("_tokens", "")));
    header.add("engine s");
    return header;
  }

  private static List<String> cells(JsonNode row, List<String> groups) {
    var cells = new ArrayList<String>();
    groups.forEach(group -> cells.add(row.path(group).asText()));
    addCounts(cells, row);
    return cells;
  }

  private List<String> total(List<String> groups) {
    var cells = new ArrayList<String>();
    groups.forEach(group -> cells.add(cells.isEmpty() ? "total" : ""));
    addCounts(cells, json.path("total"));
    return cells;
  }

  private static void addCounts(List<String> cells, JsonNode sums) {
    COUNTS.forEach(count -> cells.add(sums.path(count).asText()));
    cells.add("%.1f".formatted(sums.path("engine_time_us").asLong() / 1e6));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
