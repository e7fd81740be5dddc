package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EnginePolicy;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.Lane;
import io.streamweir.engine.LatencySlo;
import io.streamweir.engine.ManualClock;
import io.streamweir.engine.RecordingListener;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.TokenMask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random requests with common beginnings, cancels, deadlines, too little memory and steps that
 * throw: everyone ends exactly once and, as far as he got, with the tokens that he would have had
 * alone; all memory comes back.
 */
class EnginePropertyTest {
  private static final int VOCAB = 300;
  private static final int BLOCK_SIZE = 4;
  private static final int REQUESTS = 150;

  private final RecordingListener listener = new RecordingListener();
  private final ManualClock clock = new ManualClock();
  private int stepsSinceFault;
  private final Map<String, EngineRequest> requests = new LinkedHashMap<>();

  private EngineRequest randomRequest(Random random, String id) {
    int[] prompt = random.ints(1 + random.nextInt(40), 0, VOCAB).toArray();
    int[] family = new Random(random.nextInt(3)).ints(40, 0, VOCAB).toArray();
    System.arraycopy(family, 0, prompt, 0, random.nextInt(prompt.length));
    SamplingParams sampling =
        SamplingParams.builder(1 + random.nextInt(30)).ignoreEos(true).build();
    long deadline =
        random.nextInt(10) == 0 ? clock.millis() + random.nextInt(2_000) : Long.MAX_VALUE;
    int[] truth = ChainRunner.completion(prompt, sampling.maxTokens(), VOCAB);
    int period = 1 + random.nextInt(6);
    return new EngineRequest(
            id,
            prompt,
            new int[0],
            sampling,
            random.nextInt(3) == 0 ? Lane.ONLINE : Lane.OFFLINE,
            random.nextInt(3),
            deadline)
        .withSlo(new LatencySlo(random.nextInt(2) * 300, random.nextInt(2) * 5))
        .withCacheSalt(random.nextInt(4) == 0 ? "salted" : "")
        .withMask(random.nextInt(3) == 0 ? () -> new KnowingMask(truth, period) : null);
  }

  /** Forces what the model would say, but for every so many tokens. */
  private static final class KnowingMask implements TokenMask {
    private final int[] truth;
    private final int period;
    private int count;

    KnowingMask(int[] truth, int period) {
      this.truth = truth;
      this.period = period;
    }

    @Override
    public OptionalInt only() {
      return count % period == 0 ? OptionalInt.empty() : OptionalInt.of(truth[count]);
    }

    @Override
    public void apply(long[] allowed) {
      if (only().isPresent()) {
        Arrays.fill(allowed, 0);
        allowed[truth[count] >> 6] = 1L << truth[count];
      }
    }

    @Override
    public void accept(int token) {
      assertThat(token).isEqualTo(truth[count++]);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldEndEveryoneOnceAndUndisturbedWhatEverHappens(long seed) {
    Random random = new Random(seed);
    int blocks = 18 + random.nextInt(40);
    ChainRunner runner = new ChainRunner(blocks, BLOCK_SIZE, VOCAB);
    Random faults = new Random(seed + 100);
    runner.faults =
        step ->
            !step.chunks().get(0).sequence().id().equals("start-up-check")
                    && (isPassingFault(faults) || step.chunks().stream().anyMatch(this::isPoisoned))
                ? new IllegalStateException("fault")
                : null;
    EngineConfig limits =
        EngineConfig.forCpu(Path.of("."), 1)
            .withLimits(0, 2 + random.nextInt(6), 8 + random.nextInt(60))
            .withKvCache(1 << 20, BLOCK_SIZE)
            .withOfflineShare(random.nextInt(3), 8)
            .withPolicy(EnginePolicy.defaults().withAging(50).withMostRestarts(1_000));
    ModelFacts facts = new ModelFacts("chain", VOCAB, 200, Set.of(), blocks);
    try (BatchingEngine engine =
        new BatchingEngine(limits, facts, runner, SpellingDecoder::new, clock)) {
      engine.start(listener);
      submitAll(engine, random);
      requests.keySet().forEach(listener::awaitFinish);
      EngineStatistics end = engine.statistics();
      assertThat(end.kvBlocksUsed()).isZero();
      assertThat(end.running() + end.onlineWaiting() + end.offlineWaiting()).isZero();
      assertThat(end.work().restarts()).isPositive();
      assertThat(end.work().reusedTokens()).isPositive();
    }
    requests.keySet().forEach(this::assertEndedOnceAndUndisturbed);
    listener.assertClean();
  }

  /** Faults that pass: far enough apart that nobody has two of them in a row. */
  private boolean isPassingFault(Random faults) {
    boolean fault = ++stepsSinceFault > 60 && faults.nextInt(100) == 0;
    stepsSinceFault = fault ? 0 : stepsSinceFault;
    return fault;
  }

  private boolean isPoisoned(ScheduledStep.Chunk chunk) {
    Sequence sequence = chunk.sequence();
    return sequence.id().endsWith("7") && sequence.generated() > 8;
  }

  private void submitAll(BatchingEngine engine, Random random) {
    for (int i = 0; i < REQUESTS; i++) {
      EngineRequest request = randomRequest(random, "r" + i);
      requests.put(request.sequenceId(), request);
      engine.submit(request);
      if (random.nextInt(10) == 0) {
        engine.cancel("r" + random.nextInt(i + 1), FinishReason.CANCELLED);
      }
      if (random.nextInt(8) == 0) {
        listener.awaitFinish("r" + random.nextInt(i + 1));
      }
      clock.advance(Duration.ofMillis(random.nextInt(60)));
    }
  }

  private void assertEndedOnceAndUndisturbed(String id) {
    EngineRequest request = requests.get(id);
    FinishReason reason = listener.finishes(id).get(0).finishReason();
    int[] tokens = listener.tokens(id);
    int wanted = request.sampling().maxTokens();
    assertThat(listener.finishes(id)).hasSize(1);
    assertThat(tokens)
        .isEqualTo(
            Arrays.copyOf(
                ChainRunner.completion(request.promptTokenIds(), wanted, VOCAB), tokens.length));
    assertThat(reason)
        .isIn(
            FinishReason.LENGTH, FinishReason.CANCELLED, FinishReason.EXPIRED, FinishReason.ERROR);
    if (reason == FinishReason.LENGTH) {
      assertThat(tokens).hasSize(wanted);
    }
    if (reason == FinishReason.ERROR) {
      assertThat(id).endsWith("7");
      assertThat(listener.finishes(id).get(0).error().code()).isEqualTo("engine_step_error");
    }
  }
}
