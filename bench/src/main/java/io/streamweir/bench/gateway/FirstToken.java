package io.streamweir.bench.gateway;

import io.streamweir.bench.pipeline.Phase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the way to the first token adds, at growing rates of requests. A rate is held if the answers
 * keep up with it: the last comes within a second after the last request, and none fails.
 */
final class FirstToken {

  private static final int TOKENS = 4;
  private static final double MOST_DRAIN_SECONDS = 1;
  private static final double HOP_WARM_UP_RATE = 200;
  private static final Duration HOP_WARM_UP = Duration.ofSeconds(20);

  private final BenchStack stack;
  private final Arrivals arrivals;
  private final Duration duration;

  FirstToken(BenchStack stack, StreamClient client, Duration duration) {
    this.stack = stack;
    this.arrivals = new Arrivals(client, TOKENS);
    this.duration = duration;
  }

  /** Answers at a rate, to compile what is to be measured. */
  void warmUp(double rate, Duration howLong) {
    stack.pace(Pace.AT_ONCE);
    arrivals.run(rate, howLong);
  }

  Map<String, Object> measure(List<Double> rates) {
    stack.pace(Pace.AT_ONCE);
    var hop = new BareHop(stack.clientOptions());
    hop.measure(HOP_WARM_UP_RATE, HOP_WARM_UP);
    var map = new LinkedHashMap<String, Object>();
    try (var log = stack.pathLog()) {
      for (var rate : rates) {
        var answered = arrivals.run(rate, duration);
        var phase = new Phase();
        phase.add(answered.traces(), log.readOn());
        var cell = new LinkedHashMap<String, Object>();
        cell.put("requests", answered.traces().size() + answered.failures().size());
        cell.put("failed", answered.failures().size());
        cell.put("failures", answered.failures().stream().distinct().limit(3).toList());
        cell.put("drain_s", answered.drainSeconds());
        cell.put("held", holds(answered));
        cell.putAll(phase.toMap());
        cell.put("bare_hop_ms", hop.measure(rate, duration).toMap());
        map.put(rate + "_per_s", cell);
      }
    }
    return map;
  }

  private static boolean holds(Arrivals.Answered answered) {
    return answered.failures().isEmpty() && answered.drainSeconds() <= MOST_DRAIN_SECONDS;
  }
}
