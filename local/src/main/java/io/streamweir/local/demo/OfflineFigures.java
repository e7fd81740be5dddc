package io.streamweir.local.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.schemas.InferenceResult;
import java.util.List;

/**
 * Throughput of the batch, from the first request that a replica took to the end of the last one.
 *
 * @param tokens generated
 */
record OfflineFigures(long tokens, double seconds) {

  private static final double MS_PER_SECOND = 1000.0;

  static OfflineFigures of(List<InferenceResult> results) {
    long first = Long.MAX_VALUE;
    long last = 0;
    long tokens = 0;
    for (var result : results) {
      if (result.getTimings().getAdmittedAtMs() > 0) {
        first = Math.min(first, result.getTimings().getAdmittedAtMs());
        last = Math.max(last, result.getTimings().getFinishedAtMs());
      }
      tokens += result.getUsage().getCompletionTokens();
    }
    return new OfflineFigures(tokens, last == 0 ? 0 : (last - first) / MS_PER_SECOND);
  }

  /** 0 if nothing ran. */
  double tokensPerSecond() {
    return seconds == 0 ? 0 : tokens / seconds;
  }

  ObjectNode json(ObjectNode json) {
    return json.put("tokens", tokens)
        .put("seconds", seconds)
        .put("tokens_per_second", tokensPerSecond());
  }
}
