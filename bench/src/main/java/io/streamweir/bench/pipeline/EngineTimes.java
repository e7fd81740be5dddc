package io.streamweir.bench.pipeline;

import java.util.ArrayList;
import java.util.List;

/** The engine's own times of one stream, as its chunks carry them; epoch microseconds. */
final class EngineTimes {

  private final List<Long> textAtMicros = new ArrayList<>();
  private long submittedAtMicros;

  void add(long submittedAt, long emittedAt) {
    submittedAtMicros = submittedAt;
    textAtMicros.add(emittedAt);
  }

  /** End of the step behind each chunk that carried text. */
  List<Long> textAtMicros() {
    return textAtMicros;
  }

  /** From the engine taking the request to the end of the step with the first text. */
  double ttftMillis() {
    return (textAtMicros.get(0) - submittedAtMicros) / 1000.0;
  }
}
