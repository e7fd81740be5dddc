package io.streamweir.bench.pipeline;

import java.util.ArrayList;
import java.util.List;

/**
 * Where one streamed request was when, as the records of its way tell; epoch microseconds. The
 * timestamps of records have milliseconds only.
 */
public final class RequestTimes {

  private final List<Long> textAtMicros = new ArrayList<>();
  private long requestedAtMicros;
  private long dispatchedAtMicros;
  private long submittedAtMicros;
  private long repliedAtMicros;
  private boolean ended;

  void requested(long recordMicros) {
    requestedAtMicros = recordMicros;
  }

  void dispatched(long recordMicros) {
    dispatchedAtMicros = recordMicros;
  }

  void text(long submittedMicros, long emittedMicros, long recordMicros) {
    if (textAtMicros.isEmpty()) {
      repliedAtMicros = recordMicros;
    }
    submittedAtMicros = submittedMicros;
    textAtMicros.add(emittedMicros);
  }

  void ended() {
    ended = true;
  }

  /** Whether its last chunk is among what was read. */
  public boolean hasEnded() {
    return ended;
  }

  /** When the gateway made the request's record. */
  long requestedAtMicros() {
    return requestedAtMicros;
  }

  /** When the router made the dispatched record. */
  long dispatchedAtMicros() {
    return dispatchedAtMicros;
  }

  /** When the replica handed it to the engine. */
  long submittedAtMicros() {
    return submittedAtMicros;
  }

  /** When the replica made the record of the first chunk with text. */
  long repliedAtMicros() {
    return repliedAtMicros;
  }

  /** End of the step behind each chunk that carried text. */
  List<Long> textAtMicros() {
    return textAtMicros;
  }

  /** From the engine taking the request to the end of the step with the first text. */
  double engineTtftMillis() {
    return (textAtMicros.get(0) - submittedAtMicros) / 1000.0;
  }
}
