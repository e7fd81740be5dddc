package io.streamweir.bench.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** What was measured under one condition, over all its rounds. */
final class Phase {

  private final List<Double> ttft = new ArrayList<>();
  private final List<Double> engineTtft = new ArrayList<>();
  private final List<Double> addedToTtft = new ArrayList<>();
  private final List<Double> interval = new ArrayList<>();
  private final List<Double> engineInterval = new ArrayList<>();
  private final List<Double> addedToInterval = new ArrayList<>();

  /**
   * Adds the streams of a round.
   *
   * @throws IllegalStateException if the log does not hold what a client saw
   */
  void add(List<StreamTrace> traces, Map<String, EngineTimes> log) {
    for (var trace : traces) {
      var engine = log.get(trace.requestId());
      if (engine == null || engine.textAtMicros().size() != trace.textAtMicros().size()) {
        throw new IllegalStateException(
            "The client of " + trace.requestId() + " saw other pieces than the token log holds");
      }
      ttft.add(trace.ttftMillis());
      engineTtft.add(engine.ttftMillis());
      addedToTtft.add(trace.ttftMillis() - engine.ttftMillis());
      for (int i = 1; i < trace.textAtMicros().size(); i++) {
        var seen = step(trace.textAtMicros(), i);
        var made = step(engine.textAtMicros(), i);
        interval.add(seen);
        engineInterval.add(made);
        addedToInterval.add(seen - made);
      }
    }
  }

  double ttftP99() {
    return percentiles(ttft).p99();
  }

  double engineIntervalP99() {
    return percentiles(engineInterval).p99();
  }

  Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("ttft_ms", percentiles(ttft).toMap());
    map.put("engine_ttft_ms", percentiles(engineTtft).toMap());
    map.put("added_ttft_ms", percentiles(addedToTtft).toMap());
    map.put("interval_ms", percentiles(interval).toMap());
    map.put("engine_interval_ms", percentiles(engineInterval).toMap());
    map.put("added_interval_ms", percentiles(addedToInterval).toMap());
    return map;
  }

  private static double step(List<Long> micros, int i) {
    return (micros.get(i) - micros.get(i - 1)) / 1000.0;
  }

  private static Percentiles percentiles(List<Double> sample) {
    return Percentiles.of(sample.stream().flatMapToDouble(DoubleStream::of));
  }
}
