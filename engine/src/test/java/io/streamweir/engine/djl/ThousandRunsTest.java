package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EnginePolicy;
import io.streamweir.engine.Lane;
import io.streamweir.engine.core.ManualEngine;
import io.streamweir.engine.reference.RandomCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A request that is run a thousand times has one output: with batch mates that come and go at
 * random, its prompt found in the prefix cache or not, whole or in pieces, preempted, resumed on
 * another engine from some of its tokens, on one thread or two. The output is the tokens and the
 * bits of the logits that each was chosen from.
 */
class ThousandRunsTest {
  private static final int ENGINES = 25;
  private static final int RUNS = 40;
  private static final int TOKENS = 7;
  private static final int BLOCKS = 13;
  private static final int[] PROMPT = new Random(1).ints(37, 0, RandomCheckpoint.VOCAB).toArray();

  @TempDir Path directory;

  private final Map<String, Integer> outputs = new HashMap<>();
  private int[] completion;
  private int[] firstLogits;
  private long preemptions;
  private long hits;

  @Test
  void shouldHaveOneOutputInAThousandRuns() {
    RandomCheckpoint.qwen2(31).write(directory);
    ModelCache<Path, LoadedModel> models = new ModelCache<>(Runnable::run);
    Random random = new Random(20);
    // Held through, so that the engines share one copy of the weights.
    try (var all =
        models.acquire(directory, () -> LoadedModel.read(directory, MatrixForm.FLOAT32))) {
      for (int i = 0; i < ENGINES; i++) {
        int threads = i % 10 == 9 ? 2 : 1;
        EngineConfig limits =
            EngineConfig.forCpu(directory, threads)
                .withLimits(0, 1 + random.nextInt(12), 20 + random.nextInt(100))
                .withKvCache(1 << 20, 16)
                .withPolicy(EnginePolicy.defaults().withPrefixCaching(random.nextBoolean()));
        var lease = models.acquire(directory, all::value);
        try (DjlModelRunner runner = DjlModelRunner.open(lease, limits, 96, BLOCKS)) {
          run(new ManualEngine(runner, limits, RandomCheckpoint.VOCAB, BLOCKS), random);
        }
      }
    }
    assertThat(preemptions).isPositive();
    assertThat(hits).isGreaterThan(ENGINES).isLessThan(ENGINES * RUNS);
    KnownCpu.require(() -> assertThat(outputs.values()).containsExactly(ENGINES * RUNS));
  }

  private void run(ManualEngine engine, Random random) {
    int[] resumedAt = new int[RUNS];
    for (int i = 0; i < RUNS; i++) {
      resumedAt[i] = completion == null ? 0 : random.nextInt(3) * random.nextInt(4);
      int[] before = completion == null ? new int[0] : Arrays.copyOf(completion, resumedAt[i]);
      engine.add("run " + i, lane(random), PROMPT, before, TOKENS);
      if (random.nextInt(3) == 0) {
        int[] mate = random.ints(1 + random.nextInt(60), 0, RandomCheckpoint.VOCAB).toArray();
        engine.add("mate " + i, lane(random), mate, new int[0], 1 + random.nextInt(20));
      }
      for (int steps = random.nextInt(6); steps > 0 && engine.unfinished() > 0; steps--) {
        engine.step();
      }
    }
    engine.runToEnd();
    for (int i = 0; i < RUNS; i++) {
      String id = "run " + i;
      if (completion == null) {
        completion = engine.completion(id);
        firstLogits = engine.logits(id).stream().map(Arrays::hashCode).mapToInt(h -> h).toArray();
      }
      outputs.merge(output(engine, id, resumedAt[i]), 1, Integer::sum);
      hits += engine.cachedPromptTokens(id) > 0 ? 1 : 0;
    }
    preemptions += engine.preemptions();
  }

  /** Logits that a resumed run has not computed are those of the first run. */
  private String output(ManualEngine engine, String id, int resumedAt) {
    int[] hashes = Arrays.copyOf(firstLogits, TOKENS);
    for (int token = resumedAt; token < TOKENS; token++) {
      hashes[token] = Arrays.hashCode(engine.logits(id).get(token - resumedAt));
    }
    return Arrays.toString(engine.completion(id)) + Arrays.toString(hashes);
  }

  private static Lane lane(Random random) {
    return random.nextBoolean() ? Lane.ONLINE : Lane.OFFLINE;
  }
}
