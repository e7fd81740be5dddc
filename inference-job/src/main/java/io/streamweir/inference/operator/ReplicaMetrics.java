package io.streamweir.inference.operator;

import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * The metrics of the operator: in scope {@code operator.infer}, sizes in pieces, durations as the
 * name says.
 */
final class ReplicaMetrics {

  private ReplicaMetrics() {}

  static ReplicaCounters counters(MetricGroup group) {
    return new ReplicaCounters(
        group.counter("requestsEnded"),
        group.counter("duplicatesDropped"),
        group.counter("dispatchesFenced"),
        group.counter("deadLetters"),
        group.counter("engineFailures"));
  }

  static void gauges(MetricGroup group, Supplier<Load> load) {
    gauge(group, "requestsInFlight", load, Load::inFlight);
    gauge(group, "sequencesRunning", load, now -> now.engine().running());
    gauge(group, "onlineWaiting", load, Load::onlineWaiting);
    gauge(group, "offlineWaiting", load, Load::offlineWaiting);
    gauge(group, "onlineGateOpen", load, now -> now.onlineOpen() ? 1 : 0);
    gauge(group, "offlineGateOpen", load, now -> now.offlineOpen() ? 1 : 0);
    gauge(group, "engineUp", load, now -> now.healthy() ? 1 : 0);
    gauge(group, "engineReproducible", load, now -> code(now.engine().reproducible()));
    gauge(group, "engineSteps", load, now -> now.engine().steps());
    gauge(group, "engineTokens", load, now -> now.engine().generatedTokens());
    gauge(group, "enginePreemptions", load, now -> now.engine().preemptions());
    gauge(group, "engineStepMicros", load, now -> now.engine().lastStepMicros());
    gauge(group, "engineModelMicros", load, now -> now.engine().work().lastModelMicros());
    gauge(group, "engineRestarts", load, now -> now.engine().work().restarts());
    gauge(group, "enginePromotions", load, now -> now.engine().work().promotions());
    gauge(group, "engineTokensComputed", load, now -> now.engine().work().computedTokens());
    gauge(group, "engineTokensReused", load, now -> now.engine().work().reusedTokens());
    gauge(group, "stepSequences", load, now -> now.engine().work().lastSequences());
    gauge(group, "stepTokens", load, now -> now.engine().work().lastTokens());
    gauge(group, "stepPredictedMicros", load, now -> now.engine().prediction().lastMicros());
    gauge(
        group,
        "stepPredictionErrorPermille",
        load,
        now -> Math.round(1_000 * now.engine().prediction().meanError()));
    gauge(group, "kvBlocksReusable", load, now -> now.engine().work().kvBlocksReusable());
    gauge(group, "kvEvictions", load, now -> now.engine().work().kvEvictions());
    gauge(group, "kvBlocksUsed", load, now -> now.engine().kvBlocksUsed());
    gauge(group, "kvBlocksTotal", load, now -> now.engine().kvBlocksTotal());
  }

  private static int code(Boolean reproducible) {
    if (reproducible == null) {
      return -1;
    }
    return reproducible ? 1 : 0;
  }

  private static void gauge(
      MetricGroup group, String name, Supplier<Load> load, ToLongFunction<Load> value) {
    group.gauge(name, (Gauge<Long>) () -> value.applyAsLong(load.get()));
  }
}
