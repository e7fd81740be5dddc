package io.streamweir.bench.engine;

import io.streamweir.bench.Percentiles;
import io.streamweir.bench.engine.StepRecorder.Trace;
import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.Lane;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Online requests at random times, an offline backlog, and both, on an engine with its default
 * policy.
 *
 * @param onlineShare of the time that online requests one at a time would take
 * @param phaseSeconds length of each of the three phases
 */
record MixedLoad(EngineConfig config, int vocabSize, double onlineShare, double phaseSeconds) {
  private static final int ONLINE_PROMPT = 32;
  private static final int ONLINE_TOKENS = 16;
  private static final int OFFLINE_PROMPT = 64;
  private static final int OFFLINE_TOKENS = 64;

  /** Tokens of the longest sequence. */
  static final int CONTEXT = OFFLINE_PROMPT + OFFLINE_TOKENS;

  private static final int OFFLINE_REQUESTS = 1_000;
  private static final double RAMP_SHARE = 0.2;

  /** What a phase measured. */
  private record Phase(List<Trace> online, double offlineTokensPerSecond) {}

  Map<String, Object> run() throws InterruptedException {
    try (BenchEngine engine = BenchEngine.load(config)) {
      double service = serviceSeconds(engine);
      double rate = onlineShare / service;
      Phase online = phase(engine, "online", rate, false);
      Phase offline = phase(engine, "offline", 0, true);
      Phase both = phase(engine, "both", rate, true);
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("online_requests_per_s", Figures.rounded(rate));
      map.put("online_alone", latencies(online));
      map.put("online_beside_offline", latencies(both));
      map.put("offline_alone_tokens_per_s", Figures.rounded(offline.offlineTokensPerSecond()));
      map.put("offline_beside_online_tokens_per_s", Figures.rounded(both.offlineTokensPerSecond()));
      map.put(
          "offline_share_kept",
          Figures.rounded(both.offlineTokensPerSecond() / offline.offlineTokensPerSecond()));
      return map;
    }
  }

  private double serviceSeconds(BenchEngine engine) throws InterruptedException {
    double millis = 0;
    for (int i = 0; i < 2; i++) {
      String id = "service-" + i;
      int[] prompt = BenchEngine.prompt(-10L - i, ONLINE_PROMPT, vocabSize);
      engine.submit(id, Lane.ONLINE, prompt, ONLINE_TOKENS);
      Trace trace = engine.await(List.of(id)).get(0);
      millis = trace.ttftMillis() + trace.tpotMillis() * (ONLINE_TOKENS - 1);
    }
    return millis / 1e3;
  }

  private Phase phase(BenchEngine engine, String name, double onlineRate, boolean withOffline)
      throws InterruptedException {
    long start = System.nanoTime();
    long from = start + nanos(RAMP_SHARE * phaseSeconds);
    long end = start + nanos((1 + RAMP_SHARE) * phaseSeconds);
    List<String> offline = new ArrayList<>();
    for (int i = 0; withOffline && i < OFFLINE_REQUESTS; i++) {
      String id = name + "-offline-" + i;
      int[] prompt = BenchEngine.prompt(name.hashCode() + i, OFFLINE_PROMPT, vocabSize);
      engine.submit(id, Lane.OFFLINE, prompt, OFFLINE_TOKENS);
      offline.add(id);
    }
    List<String> online = new ArrayList<>();
    Random random = new Random(name.hashCode());
    long next = onlineRate == 0 ? end : start;
    while (next < end) {
      sleepUntil(next);
      String id = name + "-online-" + online.size();
      int[] prompt = BenchEngine.prompt(random.nextLong(), ONLINE_PROMPT, vocabSize);
      engine.submit(id, Lane.ONLINE, prompt, ONLINE_TOKENS);
      online.add(id);
      next += nanos(-Math.log(1 - random.nextDouble()) / onlineRate);
    }
    sleepUntil(end);
    List<Trace> onlineTraces = engine.await(online);
    offline.forEach(engine::cancel);
    List<Trace> offlineTraces = engine.await(offline);
    long tokens = offlineTraces.stream().mapToLong(t -> t.tokensBetween(from, end)).sum();
    return new Phase(onlineTraces, tokens / ((end - from) / 1e9));
  }

  private static long nanos(double seconds) {
    return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }

  private static void sleepUntil(long nanoTime) throws InterruptedException {
    for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private static Map<String, Object> latencies(Phase phase) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(
        "ttft_ms", Percentiles.of(phase.online().stream().mapToDouble(Trace::ttftMillis)).toMap());
    map.put(
        "tpot_ms", Percentiles.of(phase.online().stream().mapToDouble(Trace::tpotMillis)).toMap());
    return map;
  }
}
