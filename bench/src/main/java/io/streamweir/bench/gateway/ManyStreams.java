package io.streamweir.bench.gateway;

import io.streamweir.bench.Percentiles;
import io.streamweir.bench.pipeline.Clock;
import io.streamweir.bench.pipeline.StreamTrace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.DoubleStream;

/**
 * Many streams at a time, each at a steady pace. They are opened one after the other; measured is
 * the time in which all of them are open.
 *
 * <p>The jitter of an interval between two events is what it differs from the pace of the engine,
 * whoever caused it. An event that holds several tokens, as where the replica lags behind, counts
 * as one that came late.
 */
final class ManyStreams {

  private static final double OPENED_PER_SECOND = 100;
  private static final int CHARACTERS = 5;
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private final BenchStack stack;
  private final StreamClient client;
  private final double tokensPerSecond;
  private final Duration duration;

  ManyStreams(BenchStack stack, StreamClient client, double tokensPerSecond, Duration duration) {
    this.stack = stack;
    this.client = client;
    this.tokensPerSecond = tokensPerSecond;
    this.duration = duration;
  }

  Map<String, Object> measure(GatewayProcess gateway, int count) throws IOException {
    stack.pace(new Pace(tokensPerSecond, CHARACTERS));
    var opening = count / OPENED_PER_SECOND;
    var seconds = opening + (duration.plus(MARGIN).toMillis() / 1000.0);
    var tokens = (int) Math.ceil(seconds * tokensPerSecond);
    var begin = System.nanoTime();
    var sent = new ArrayList<CompletableFuture<StreamTrace>>();
    for (var i = 0; i < count; i++) {
      Arrivals.parkUntil(begin + (long) (i / OPENED_PER_SECOND * 1e9));
      sent.add(client.stream(tokens));
    }
    Arrivals.parkUntil(System.nanoTime() + MARGIN.toNanos() / 2);
    var from = Clock.micros();
    Arrivals.parkUntil(System.nanoTime() + duration.toNanos());
    var to = Clock.micros();
    var memory = gateway.reachable();
    var traces = new ArrayList<StreamTrace>();
    var failed = 0;
    for (var each : sent) {
      try {
        traces.add(each.join());
      } catch (CompletionException e) {
        failed++;
      }
    }
    var intervals = traces.stream().flatMapToDouble(trace -> intervals(trace, from, to)).toArray();
    var map = new LinkedHashMap<String, Object>();
    map.put("streams", count);
    map.put("tokens_per_s_each", tokensPerSecond);
    map.put("failed", failed);
    map.put("events", intervals.length);
    map.put(
        "events_per_due",
        intervals.length / (count * tokensPerSecond * duration.toMillis() / 1000.0));
    map.put("interval_ms", Percentiles.of(DoubleStream.of(intervals)).toMap());
    map.put("jitter_ms", jitter(intervals).toMap());
    map.put("gateway_resident_bytes", memory.resident());
    map.put("gateway_heap_bytes", memory.heap());
    map.put("gateway_direct_bytes", memory.direct());
    return map;
  }

  private Percentiles jitter(double[] intervals) {
    var due = 1000 / tokensPerSecond;
    return Percentiles.of(DoubleStream.of(intervals).map(interval -> Math.abs(interval - due)));
  }

  /** Milliseconds between the events of a stretch of time. */
  private static DoubleStream intervals(StreamTrace trace, long from, long to) {
    List<Long> inside = trace.textAtMicros().stream().filter(at -> at >= from && at <= to).toList();
    return DoubleStream.iterate(1, i -> i < inside.size(), i -> i + 1)
        .map(i -> (inside.get((int) i) - inside.get((int) i - 1)) / 1000.0);
  }
}
