package io.streamweir.gateway.stats;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.streamweir.schemas.TokenUsage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

/** Counters and latencies of the whole gateway. Thread-safe. */
public final class GatewayStats implements AutoCloseable {

  private static final String PREFIX = "weir.gateway.";

  /** Bounds of the latency histograms: from what the gateway adds to what a full queue costs. */
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60),
    Duration.ofSeconds(300)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicInteger active = new AtomicInteger();
  private final Map<Integer, LongAdder> answers = new ConcurrentSkipListMap<>();
  private final LatencyHistogram firstToken = new LatencyHistogram();
  private final LatencyHistogram betweenTokens = new LatencyHistogram();
  private final JvmGcMetrics garbage = new JvmGcMetrics();

  private final Timer timeToFirstToken =
      timer("ttft", "from the HTTP request to the first text on the wire, streams only");
  private final Counter promptTokens = tokens("prompt");
  private final Counter cachedTokens = tokens("cached");
  private final Counter completionTokens = tokens("completion");

  public GatewayStats() {
    gauge("active.requests", "requests in flight", active, AtomicInteger::get);
    added("ttft", "to the first token", firstToken);
    added("itl", "between two tokens", betweenTokens);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    garbage.bindTo(registry);
  }

  /** Shows whether a request would succeed. */
  public void watch(BooleanSupplier ready) {
    gauge("ready", "1 if a request would succeed", ready, one -> one.getAsBoolean() ? 1 : 0);
  }

  /** Counts a request in, unless there are so many already. */
  public boolean tryBegin(int limit) {
    if (active.incrementAndGet() > limit) {
      active.decrementAndGet();
      return false;
    }
    return true;
  }

  public void end() {
    active.decrementAndGet();
  }

  /** Requests in flight. */
  public int active() {
    return active.get();
  }

  /**
   * @param route as documented, not as asked for: there are few of them
   * @param nanos from the request to the end of its answer
   */
  public void answered(String route, int status, long nanos) {
    answers.computeIfAbsent(status, key -> new LongAdder()).increment();
    Timer.builder(PREFIX + "answers")
        .description("HTTP answers, and how long they took")
        .tag("route", route)
        .tag("status", Integer.toString(status))
        .serviceLevelObjectives(BOUNDS)
        .register(registry)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * @param receivedAt {@link System#nanoTime} at which the HTTP request arrived
   * @param enabled false for what would distort the figures: offline work waits in a queue on
   *     purpose
   */
  public StreamTimer timer(long receivedAt, boolean enabled) {
    return new StreamTimer(this, firstToken, betweenTokens, enabled, receivedAt);
  }

  /** Forgets the latencies, after a warm-up for example; counters go on. */
  public void resetLatencies() {
    firstToken.reset();
    betweenTokens.reset();
  }

  /** Latencies in milliseconds: what all but the engine adds. */
  public String json() {
    var json = JsonNodeFactory.instance.objectNode();
    put(json.putObject("added_ttft_ms"), firstToken.summary());
    put(json.putObject("added_itl_ms"), betweenTokens.summary());
    json.put("active_streams", active());
    var byStatus = json.putObject("answers");
    answers.forEach((status, count) -> byStatus.put(status.toString(), count.sum()));
    return json.toString();
  }

  /** Everything, in the text format of Prometheus. */
  public String prometheus() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }

  void began(long nanos) {
    timeToFirstToken.record(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * @param reason why the stream ended: its finish reason, or disconnected
   * @param usage null if it is not known
   */
  void streamEnded(String reason, TokenUsage usage) {
    Counter.builder(PREFIX + "streams")
        .description("token streams that were answered from, by the reason for which they ended")
        .tag("reason", reason)
        .register(registry)
        .increment();
    if (usage != null) {
      promptTokens.increment(usage.getPromptTokens());
      cachedTokens.increment(usage.getCachedTokens());
      completionTokens.increment(usage.getCompletionTokens());
    }
  }

  private Timer timer(String name, String what) {
    return Timer.builder(PREFIX + name)
        .description(what)
        .serviceLevelObjectives(BOUNDS)
        .register(registry);
  }

  private Counter tokens(String kind) {
    return Counter.builder(PREFIX + "tokens")
        .description("tokens of the streams that were answered from to their end")
        .tag("kind", kind)
        .register(registry);
  }

  private <T> void gauge(String name, String what, T subject, ToDoubleFunction<T> value) {
    Gauge.builder(PREFIX + name, subject, value)
        .description(what)
        .strongReference(true)
        .register(registry);
  }

  private void added(String name, String where, LatencyHistogram histogram) {
    var what = "what all but the engine adds " + where + ", seconds";
    Map.<String, ToDoubleFunction<LatencyHistogram.Summary>>of(
            "0.5", LatencyHistogram.Summary::p50, "0.99", LatencyHistogram.Summary::p99)
        .forEach(
            (quantile, value) ->
                Gauge.builder(
                        PREFIX + "added." + name,
                        histogram,
                        one -> value.applyAsDouble(one.summary()) / 1000)
                    .description(what)
                    .baseUnit("seconds")
                    .tag("quantile", quantile)
                    .strongReference(true)
                    .register(registry));
  }

  private static void put(ObjectNode json, LatencyHistogram.Summary summary) {
    json.put("count", summary.count());
    json.put("p50", summary.p50());
    json.put("p99", summary.p99());
    json.put("max", summary.max());
  }
}
