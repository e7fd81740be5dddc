package io.streamweir.bench.pipeline;

import java.util.List;

/**
 * One streamed answer as its client saw it.
 *
 * @param requestId the id it was sent with
 * @param sentAtMicros epoch microseconds just before the request was written
 * @param textAtMicros epoch microseconds of each event that carried text
 */
public record StreamTrace(String requestId, long sentAtMicros, List<Long> textAtMicros) {

  public double ttftMillis() {
    return (textAtMicros.get(0) - sentAtMicros) / 1000.0;
  }
}
