package io.streamweir.bench.gateway;

import io.streamweir.bench.Percentiles;
import io.streamweir.bench.pipeline.StreamTrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/** Requests that come at random times (Poisson) and wait for nobody. */
final class Arrivals {

  private static final long SEED = 1;

  /**
   * What became of them.
   *
   * @param traces of those that were answered
   * @param failures of the others
   * @param drainSeconds from the last request to the last answer
   */
  record Answered(List<StreamTrace> traces, List<String> failures, double drainSeconds) {

    Percentiles ttftMillis() {
      return Percentiles.of(traces.stream().mapToDouble(StreamTrace::ttftMillis));
    }
  }

  private final StreamClient client;
  private final int tokens;
  private final Random random = new Random(SEED);

  /**
   * @param tokens of each answer
   */
  Arrivals(StreamClient client, int tokens) {
    this.client = client;
    this.tokens = tokens;
  }

  /** Sends at that mean rate (requests/s) for that long and returns once all are answered. */
  Answered run(double rate, Duration duration) {
    var sent = new ArrayList<CompletableFuture<StreamTrace>>();
    atRandomTimes(random, rate, duration, () -> sent.add(client.stream(tokens)));
    var lastSent = System.nanoTime();
    var traces = new ArrayList<StreamTrace>();
    var failures = new ArrayList<String>();
    for (var each : sent) {
      try {
        traces.add(each.join());
      } catch (CompletionException e) {
        failures.add(String.valueOf(e.getCause().getMessage()));
      }
    }
    return new Answered(traces, failures, (System.nanoTime() - lastSent) / 1e9);
  }

  /** Does something at that mean rate (times/s) for that long, on the calling thread. */
  static void atRandomTimes(Random random, double rate, Duration duration, Runnable action) {
    var begin = System.nanoTime();
    for (var at = gap(random, rate); at < duration.toNanos(); at += gap(random, rate)) {
      parkUntil(begin + (long) at);
      action.run();
    }
  }

  private static double gap(Random random, double rate) {
    return -Math.log(1 - random.nextDouble()) / rate * 1e9;
  }

  static void parkUntil(long nanoTime) {
    for (var left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
