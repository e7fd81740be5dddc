package io.streamweir.bench.engine;

import io.streamweir.bench.engine.StepRecorder.Trace;
import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EnginePolicy;
import io.streamweir.engine.Lane;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prompts x batches, each cell beside the peers.
 *
 * <p>Each sequence of a batch has a prompt of its own. A prompt is computed once for all batches of
 * its length, which is the prefill that is measured; its KV blocks are found again when a batch
 * decodes. The peers compute one prompt for all sequences of a batch.
 */
final class Grid {
  private static final int LEAST_TOKENS = 12;

  /** A batch of twice the size takes at most about so much longer per step. */
  private static final double STEP_GROWTH = 1.7;

  private final EngineConfig config;
  private final int vocabSize;
  private final Map<String, BatchedBench> peers;
  private final Map<String, Cell> cells = new LinkedHashMap<>();

  Grid(EngineConfig config, int vocabSize, Map<String, BatchedBench> peers) {
    this.config = config.withPolicy(EnginePolicy.defaults().withStepBudgets(0, 0));
    this.vocabSize = vocabSize;
    this.peers = peers;
  }

  private static final class Cell {
    private final List<DecodeCell> decodes = new ArrayList<>();
    private final List<Double> prefills = new ArrayList<>();
    private final Map<String, List<BatchedBench.Result>> peers = new LinkedHashMap<>();
  }

  /**
   * Measures what the time is enough for, small batches first; tokens per sequence are cut to
   * {@value #LEAST_TOKENS} at least.
   */
  void run(List<Integer> prompts, List<Integer> batches, int generate, int rounds, TimeBudget time)
      throws IOException, InterruptedException {
    try (BenchEngine engine = BenchEngine.load(config)) {
      warmUp(engine);
      int cellsLeft = rounds * prompts.size() * batches.size();
      for (int round = 0; round < rounds; round++) {
        for (int prompt : prompts) {
          int known = 0;
          double step = 0;
          for (int batch : batches) {
            double seconds = time.secondsLeft() / cellsLeft--;
            int tokens = tokens(generate, seconds, step * STEP_GROWTH);
            if (time.secondsLeft() <= 0) {
              continue;
            }
            Cell cell = cells.computeIfAbsent(key(prompt, batch), key -> new Cell());
            prefill(engine, cell, round, prompt, known, batch);
            known = Math.max(known, batch);
            step = decode(engine, cell, round, prompt, batch, tokens) / 1e3;
            measurePeers(cell, prompt, batch, tokens);
          }
        }
      }
    }
  }

  private static String key(int prompt, int batch) {
    return prompt + "x" + batch;
  }

  private int tokens(int generate, double seconds, double step) {
    if (step == 0) {
      return generate;
    }
    int affordable = (int) (seconds / (step * (1 + peers.size())));
    return Math.min(generate, Math.max(LEAST_TOKENS, affordable));
  }

  private void warmUp(BenchEngine engine) throws InterruptedException {
    engine.submit("warm-up", Lane.ONLINE, BenchEngine.prompt(-1, 32, vocabSize), 32);
    engine.await(List.of("warm-up"));
  }

  private int[] prompt(int round, int length, int index) {
    return BenchEngine.prompt(31L * (31L * round + length) + 1_000_003L * index, length, vocabSize);
  }

  private void prefill(BenchEngine engine, Cell cell, int round, int length, int from, int to)
      throws InterruptedException {
    for (int i = from; i < to; i++) {
      String id = "prefill-" + round + "-" + length + "-" + i;
      engine.submit(id, Lane.ONLINE, prompt(round, length, i), 1);
      Trace trace = engine.await(List.of(id)).get(0);
      cell.prefills.add(length / (trace.ttftMillis() / 1e3));
    }
  }

  /** Returns the median step in milliseconds. */
  private double decode(
      BenchEngine engine, Cell cell, int round, int length, int batch, int generate)
      throws InterruptedException {
    engine.takeSteps();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      String id = "decode-" + round + "-" + length + "-" + batch + "-" + i;
      engine.submit(id, Lane.ONLINE, prompt(round, length, i), generate);
      ids.add(id);
    }
    engine.await(ids);
    DecodeCell decoded = DecodeCell.of(engine.takeSteps(), batch);
    cell.decodes.add(decoded);
    return decoded.stepMillis();
  }

  private void measurePeers(Cell cell, int prompt, int batch, int generate)
      throws IOException, InterruptedException {
    for (Map.Entry<String, BatchedBench> peer : peers.entrySet()) {
      cell.peers
          .computeIfAbsent(peer.getKey(), name -> new ArrayList<>())
          .add(peer.getValue().run(prompt, generate, batch, batch > 1));
    }
  }

  /** The cells by prompt length x batch, medians over rounds. */
  Map<String, Object> report() {
    Map<String, Object> report = new LinkedHashMap<>();
    cells.forEach((key, cell) -> report.put(key, report(cell)));
    return report;
  }

  /** Tokens per second of a cell; NaN if it was not measured. */
  double decodeTokensPerSecond(int prompt, int batch) {
    Cell cell = cells.get(key(prompt, batch));
    return cell == null
        ? Double.NaN
        : Figures.median(cell.decodes.stream().mapToDouble(DecodeCell::tokensPerSecond));
  }

  private static Map<String, Object> report(Cell cell) {
    Map<String, Object> map = DecodeCell.median(cell.decodes);
    double decode = Figures.median(cell.decodes.stream().mapToDouble(DecodeCell::tokensPerSecond));
    double prefill = Figures.median(cell.prefills);
    map.put("prefill_tokens_per_s", Figures.rounded(prefill));
    cell.peers.forEach(
        (name, results) -> map.put("peer_" + name, report(results, decode, prefill)));
    return map;
  }

  private static Map<String, Object> report(
      List<BatchedBench.Result> results, double ourDecode, double ourPrefill) {
    double decode =
        Figures.median(results.stream().mapToDouble(BatchedBench.Result::decodeTokensPerSecond));
    double prefill =
        Figures.median(results.stream().mapToDouble(BatchedBench.Result::prefillTokensPerSecond));
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("decode_tokens_per_s", Figures.rounded(decode));
    map.put("prefill_tokens_per_s", Figures.rounded(prefill));
    map.put("decode_ratio", Figures.rounded(ourDecode / decode));
    map.put("prefill_ratio", Figures.rounded(ourPrefill / prefill));
    return map;
  }
}
