package io.streamweir.bench.pipeline;

import java.util.Locale;
import java.util.function.ToLongBiFunction;

/**
 * A stretch of the way to the first token, from the end of the one before it; together they are the
 * time to first token.
 */
enum Stage {
  /** Client writes the request to gateway makes its record. */
  GATEWAY((client, log) -> log.requestedAtMicros()),
  /** To the router making the dispatched record. */
  ROUTER((client, log) -> log.dispatchedAtMicros()),
  /** To the replica handing it to its engine. */
  LANES((client, log) -> log.submittedAtMicros()),
  /** To the end of the step with the first text. */
  ENGINE((client, log) -> log.textAtMicros().get(0)),
  /** To the replica making the record of the first chunk with text. */
  TASK((client, log) -> log.repliedAtMicros()),
  /** To the client reading the first text. */
  REPLY((client, log) -> client.textAtMicros().get(0));

  private final ToLongBiFunction<StreamTrace, RequestTimes> end;

  Stage(ToLongBiFunction<StreamTrace, RequestTimes> end) {
    this.end = end;
  }

  double millis(StreamTrace client, RequestTimes log) {
    var start =
        ordinal() == 0
            ? client.sentAtMicros()
            : values()[ordinal() - 1].end.applyAsLong(client, log);
    return (end.applyAsLong(client, log) - start) / 1000.0;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT) + "_ms";
  }
}
