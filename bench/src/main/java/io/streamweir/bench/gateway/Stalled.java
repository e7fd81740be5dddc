package io.streamweir.bench.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.bench.pipeline.PathLog;
import io.streamweir.bench.pipeline.RequestTimes;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What clients cost that read nothing: memory of the gateway, and time of the others.
 *
 * <p>Each has asked for more than sockets and buffers take, and measured is when all of it lies on
 * the topic. A replica keeps the text of what it answers, so only a few are answered at a time:
 * that load is the replica's, not the gateway's.
 */
final class Stalled {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pace PACE = new Pace(48, 4096);

  /** 192 KB: sockets of both sides take up to 100 KB, the gateway's buffers 40 KB. */
  private static final int TOKENS = 48;

  private static final int ANSWERED_AT_A_TIME = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);

  private final BenchStack stack;
  private final StreamClient client;
  private final double rate;
  private final Duration duration;

  /**
   * @param rate of the requests of others, per second
   */
  Stalled(BenchStack stack, StreamClient client, double rate, Duration duration) {
    this.stack = stack;
    this.client = client;
    this.rate = rate;
    this.duration = duration;
  }

  Map<String, Object> measure(GatewayProcess gateway, int count)
      throws IOException, InterruptedException {
    stack.pace(Pace.AT_ONCE);
    var others = new Arrivals(client, 4);
    var alone = others.run(rate, duration);
    awaitStreams(0);
    var before = gateway.reachable();
    try (var readers = new StalledReaders(stack.gateway(), BenchStack.MODEL, TOKENS)) {
      stack.pace(PACE);
      open(readers, count);
      awaitStreams(count);
      stack.pace(Pace.AT_ONCE);
      var beside = others.run(rate, duration);
      awaitStreams(count);
      return report(count, alone, beside, before, gateway.reachable());
    }
  }

  /** Returns once all of their answers are on the topic. */
  private void open(StalledReaders readers, int count) throws IOException {
    try (var log = stack.pathLog()) {
      var answered = 0;
      for (var opened = 0; opened < count; opened++) {
        readers.open();
        answered += awaitAnswers(log, opened + 1 - answered, ANSWERED_AT_A_TIME - 1);
      }
      awaitAnswers(log, count - answered, 0);
    }
  }

  /** Until no more than so many of those that are open have no end yet; returns how many ended. */
  private static int awaitAnswers(PathLog log, int open, int most) {
    var ended = 0;
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (open - ended > most) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%d streams of readers that stalled have no end after %d s"
                .formatted(open - ended, PATIENCE.toSeconds()));
      }
      ended += (int) log.readOn().values().stream().filter(RequestTimes::hasEnded).count();
      Arrivals.parkUntil(System.nanoTime() + POLL.toNanos());
    }
    return ended;
  }

  private Map<String, Object> report(
      int count,
      Arrivals.Answered alone,
      Arrivals.Answered beside,
      GatewayProcess.Memory before,
      GatewayProcess.Memory after) {
    var map = new LinkedHashMap<String, Object>();
    map.put("readers", count);
    map.put("stream_bytes_each", TOKENS * PACE.charactersPerToken());
    map.put("heap_bytes_each", (after.heap() - before.heap()) / count);
    map.put("direct_bytes_each", (after.direct() - before.direct()) / count);
    map.put("resident_bytes_each", (after.resident() - before.resident()) / count);
    map.put("others_per_s", rate);
    map.put("others_failed_alone", alone.failures());
    map.put("others_failed_beside", beside.failures());
    map.put("others_ttft_ms_alone", alone.ttftMillis().toMap());
    map.put("others_ttft_ms_beside", beside.ttftMillis().toMap());
    return map;
  }

  /** Until so many streams are open, and all others have ended. */
  private void awaitStreams(int wanted) throws IOException, InterruptedException {
    var http = HttpClient.newHttpClient();
    var request = HttpRequest.newBuilder(stack.gateway().resolve("/stats")).build();
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var stats = http.send(request, BodyHandlers.ofString()).body();
      var open = JSON.readTree(stats).path("active_streams").asInt(-1);
      if (open == wanted) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "The gateway has %d streams open where %d should be".formatted(open, wanted));
      }
      Arrivals.parkUntil(System.nanoTime() + POLL.toNanos());
    }
  }
}
