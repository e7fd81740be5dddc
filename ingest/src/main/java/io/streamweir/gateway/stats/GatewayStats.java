package io.streamweir.gateway.stats;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counters and latencies of the whole gateway. Thread-safe. */
public final class GatewayStats {

  private final AtomicInteger active = new AtomicInteger();
  private final Map<Integer, LongAdder> answers = new ConcurrentSkipListMap<>();
  private final LatencyHistogram firstToken = new LatencyHistogram();
  private final LatencyHistogram betweenTokens = new LatencyHistogram();

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

  public void answered(int status) {
    answers.computeIfAbsent(status, key -> new LongAdder()).increment();
  }

  /**
   * @param receivedAt {@link System#nanoTime} at which the HTTP request arrived
   * @param enabled false for what would distort the figures: offline work waits in a queue on
   *     purpose
   */
  public StreamTimer timer(long receivedAt, boolean enabled) {
    return new StreamTimer(firstToken, betweenTokens, enabled, receivedAt);
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

  /** The same in the text format of Prometheus. */
  public String prometheus() {
    var text = new StringBuilder();
    text.append("# TYPE weir_gateway_active_requests gauge\n");
    text.append("weir_gateway_active_requests ").append(active()).append('\n');
    text.append("# TYPE weir_gateway_answers_total counter\n");
    answers.forEach(
        (status, count) ->
            text.append("weir_gateway_answers_total{status=\"")
                .append(status)
                .append("\"} ")
                .append(count.sum())
                .append('\n'));
    append(text, "weir_gateway_added_ttft_milliseconds", firstToken.summary());
    append(text, "weir_gateway_added_itl_milliseconds", betweenTokens.summary());
    return text.toString();
  }

  private static void put(ObjectNode json, LatencyHistogram.Summary summary) {
    json.put("count", summary.count());
    json.put("p50", summary.p50());
    json.put("p99", summary.p99());
    json.put("max", summary.max());
  }

  private static void append(StringBuilder text, String name, LatencyHistogram.Summary summary) {
    text.append("# TYPE ").append(name).append(" summary\n");
    text.append(name).append("{quantile=\"0.5\"} ").append(summary.p50()).append('\n');
    text.append(name).append("{quantile=\"0.99\"} ").append(summary.p99()).append('\n');
    text.append(name).append("_count ").append(summary.count()).append('\n');
  }
}
