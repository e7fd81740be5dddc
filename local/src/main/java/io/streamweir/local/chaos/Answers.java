package io.streamweir.local.chaos;

import io.streamweir.client.ClientOptions;
import io.streamweir.local.reconcile.RangeReader;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The results and bills of a run, read committed, against what its consumers saw. */
final class Answers {

  /** What the topic holds of one request. */
  private static final class Found {
    private int results;
    private InferenceResult last;
  }

  private final Map<RequestKey, Found> all = new HashMap<>();
  private final Map<ResultStatus, Integer> byStatus = new EnumMap<>(ResultStatus.class);
  private long billedTokens;
  private long wastedTokens;

  static Answers read(ClientOptions options, Instant since) {
    var registry = SchemaRegistries.connect(options.registryUrl());
    var results = new AvroCodec<>(registry, Topics.RESULTS.subject(), InferenceResult.class);
    var usage = new AvroCodec<>(registry, Topics.USAGE.subject(), UsageRecord.class);
    var answers = new Answers();
    try (var reader = new RangeReader(options, InstantSource.system())) {
      reader.since(
          since,
          List.of(Topics.RESULTS.name()),
          record -> answers.add(results.decode(record.value())));
      reader.since(
          since, List.of(Topics.USAGE.name()), record -> answers.add(usage.decode(record.value())));
    }
    return answers;
  }

  private void add(InferenceResult result) {
    if (result.getTenant().equals(ChaosRun.TENANT)) {
      var key = new RequestKey(result.getTenant(), result.getRequestId());
      var found = all.computeIfAbsent(key, missing -> new Found());
      found.results++;
      found.last = result;
      byStatus.merge(result.getStatus(), 1, Integer::sum);
    }
  }

  private void add(UsageRecord usage) {
    if (usage.getTenant().equals(ChaosRun.TENANT)) {
      billedTokens += usage.getUsage().getCompletionTokens();
      wastedTokens += usage.getUsage().getWastedTokens();
    }
  }

  /** What consumers were promised or saw and the results do not say, a line each. */
  List<String> compare(List<Observation> observations) {
    var findings = new ArrayList<String>();
    for (var seen : observations) {
      if (seen.key() != null) {
        compare(seen, findings);
      }
    }
    return findings;
  }

  private void compare(Observation seen, List<String> findings) {
    var found = all.get(seen.key());
    if (found == null) {
      findings.add(seen.key() + " was accepted (" + seen.consumer() + ") and has no result");
      return;
    }
    if (found.results > 1) {
      findings.add(seen.key() + " has " + found.results + " results");
    }
    var text = found.last.getText();
    if (seen.whole() ? !text.equals(seen.text()) : !text.startsWith(seen.text())) {
      findings.add(
          "%s: the consumer (%s) saw %d characters that are not %s the result's %d"
              .formatted(
                  seen.key(),
                  seen.consumer(),
                  seen.text().length(),
                  seen.whole() ? "" : "the first of",
                  text.length()));
    }
    if (seen.failure() != null && found.last.getStatus() == ResultStatus.COMPLETED) {
      findings.add(
          "%s completed, but its consumer (%s) did not see the end: %s"
              .formatted(seen.key(), seen.consumer(), seen.failure()));
    }
  }

  int results() {
    return all.values().stream().mapToInt(found -> found.results).sum();
  }

  Map<ResultStatus, Integer> byStatus() {
    return byStatus;
  }

  long billedTokens() {
    return billedTokens;
  }

  long wastedTokens() {
    return wastedTokens;
  }
}
