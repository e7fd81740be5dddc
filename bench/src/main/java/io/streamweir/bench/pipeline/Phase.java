package io.streamweir.bench.pipeline;

import io.streamweir.bench.Percentiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** What was measured under one condition, over all its rounds. */
public final class Phase {

  private static final int SLOWEST = 10;

  /** One stream with its times, and the stages of its first token. */
  private record Sample(StreamTrace trace, RequestTimes times) {

    double addedToTtft() {
      return trace.ttftMillis() - times.engineTtftMillis();
    }

    Map<Stage, Double> stages() {
      var stages = new EnumMap<Stage, Double>(Stage.class);
      for (var stage : Stage.values()) {
        stages.put(stage, stage.millis(trace, times));
      }
      return stages;
    }
  }

  private final List<Sample> samples = new ArrayList<>();
  private final List<Double> interval = new ArrayList<>();
  private final List<Double> engineInterval = new ArrayList<>();
  private final List<Double> addedToInterval = new ArrayList<>();

  /**
   * Adds the streams of a round.
   *
   * @throws IllegalStateException if the log does not hold what a client saw
   */
  public void add(List<StreamTrace> traces, Map<String, RequestTimes> log) {
    for (var trace : traces) {
      var times = log.get(trace.requestId());
      if (times == null || times.textAtMicros().size() != trace.textAtMicros().size()) {
        throw new IllegalStateException(
            "The client of " + trace.requestId() + " saw other pieces than the token log holds");
      }
      samples.add(new Sample(trace, times));
      for (int i = 1; i < trace.textAtMicros().size(); i++) {
        var seen = step(trace.textAtMicros(), i);
        var made = step(times.textAtMicros(), i);
        interval.add(seen);
        engineInterval.add(made);
        addedToInterval.add(seen - made);
      }
    }
  }

  double ttftP99() {
    return Percentiles.of(samples.stream().mapToDouble(s -> s.trace.ttftMillis())).p99();
  }

  double engineIntervalP99() {
    return percentiles(engineInterval).p99();
  }

  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("ttft_ms", of(samples.stream().mapToDouble(sample -> sample.trace.ttftMillis())));
    map.put("engine_ttft_ms", of(samples.stream().mapToDouble(s -> s.times.engineTtftMillis())));
    map.put("added_ttft_ms", of(samples.stream().mapToDouble(Sample::addedToTtft)));
    map.put("interval_ms", percentiles(interval).toMap());
    map.put("engine_interval_ms", percentiles(engineInterval).toMap());
    map.put("added_interval_ms", percentiles(addedToInterval).toMap());
    map.put("stages_of_ttft", stages());
    map.put("slowest", slowest());
    return map;
  }

  private Map<String, Object> stages() {
    var map = new LinkedHashMap<String, Object>();
    for (var stage : Stage.values()) {
      map.put(stage.label(), of(samples.stream().mapToDouble(s -> stage.millis(s.trace, s.times))));
    }
    return map;
  }

  /** The streams with the latest first tokens, each with the way it went. */
  private List<Map<String, Object>> slowest() {
    return samples.stream()
        .sorted(Comparator.comparingDouble((Sample s) -> s.trace.ttftMillis()).reversed())
        .limit(SLOWEST)
        .map(
            sample -> {
              var map = new LinkedHashMap<String, Object>();
              map.put("sent_at_ms", sample.trace.sentAtMicros() / 1000);
              map.put("ttft_ms", sample.trace.ttftMillis());
              sample.stages().forEach((stage, millis) -> map.put(stage.label(), millis));
              return (Map<String, Object>) map;
            })
        .toList();
  }

  private static double step(List<Long> micros, int i) {
    return (micros.get(i) - micros.get(i - 1)) / 1000.0;
  }

  private static Map<String, Object> of(DoubleStream sample) {
    return Percentiles.of(sample).toMap();
  }

  private static Percentiles percentiles(List<Double> sample) {
    return Percentiles.of(sample.stream().mapToDouble(Double::doubleValue));
  }
}
