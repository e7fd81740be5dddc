package io.streamweir.bench.engine;

import io.streamweir.bench.engine.StepRecorder.Trace;
import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EnginePolicy;
import io.streamweir.engine.Lane;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests that arrive at once and begin alike, with and without shared KV blocks; without, fewer
 * of them, as each computes the whole prompt. The peers' requests are alike to the end: with their
 * own sharing they compute one prompt, without each its own.
 *
 * @param prefixTokens common beginning
 * @param ownTokens of each prompt
 */
record PrefixLoad(
    EngineConfig config,
    int vocabSize,
    int requests,
    int requestsUnshared,
    int prefixTokens,
    int ownTokens,
    int generate) {

  Map<String, Object> run(Map<String, BatchedBench> peers)
      throws IOException, InterruptedException {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("prefix_tokens", prefixTokens);
    map.put("own_tokens", ownTokens);
    map.put("generated", generate);
    double shared = measure(map, true, requests);
    measure(map, false, requestsUnshared);
    for (Map.Entry<String, BatchedBench> peer : peers.entrySet()) {
      map.put("peer_" + peer.getKey(), measure(peer.getValue(), shared));
    }
    return map;
  }

  private double measure(Map<String, Object> map, boolean sharing, int count)
      throws InterruptedException {
    EnginePolicy policy = EnginePolicy.defaults().withStepBudgets(0, 0).withPrefixCaching(sharing);
    int[] prefix = BenchEngine.prompt(7, prefixTokens, vocabSize);
    try (BenchEngine engine = BenchEngine.load(config.withPolicy(policy))) {
      List<String> ids = new ArrayList<>();
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        int[] prompt = Arrays.copyOf(prefix, prefixTokens + ownTokens);
        int[] own = BenchEngine.prompt(100 + i, ownTokens, vocabSize);
        System.arraycopy(own, 0, prompt, prefixTokens, ownTokens);
        engine.submit("prefix-" + i, Lane.ONLINE, prompt, generate);
        ids.add("prefix-" + i);
      }
      List<Trace> traces = engine.await(ids);
      long end = traces.stream().mapToLong(Trace::lastNanos).max().orElseThrow();
      double perSecond = count / ((end - start) / 1e9);
      String name = sharing ? "shared" : "unshared";
      map.put(name + "_requests", count);
      map.put(name + "_requests_per_s", Figures.rounded(perSecond));
      if (sharing) {
        map.put("cached_prompt_tokens", traces.stream().mapToInt(Trace::cachedPromptTokens).sum());
      }
      return perSecond;
    }
  }

  private Map<String, Object> measure(BatchedBench peer, double ours)
      throws IOException, InterruptedException {
    int prompt = prefixTokens + ownTokens;
    double shared = requests / peer.run(prompt, generate, requests, true).seconds();
    double unshared =
        requestsUnshared / peer.run(prompt, generate, requestsUnshared, false).seconds();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("shared_requests_per_s", Figures.rounded(shared));
    map.put("unshared_requests_per_s", Figures.rounded(unshared));
    map.put("ratio_to_shared", Figures.rounded(ours / shared));
    map.put("ratio_to_unshared", Figures.rounded(ours / unshared));
    return map;
  }
}
