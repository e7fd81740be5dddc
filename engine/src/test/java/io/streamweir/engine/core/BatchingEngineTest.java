package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineContractTest;
import io.streamweir.engine.EngineListener;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.EngineStatistics.StepPrediction;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.ManualClock;
import io.streamweir.engine.RecordingListener;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.StepResult;
import io.streamweir.engine.TokenMask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The batching engine on a model without arithmetic. */
class BatchingEngineTest extends EngineContractTest {
  private static final int VOCAB = 500;
  private static final int BLOCKS = 40;
  private static final SamplingParams TWENTY =
      new SamplingParams(20, 0, 1, 0, 0, List.of(), Set.of(), true);

  private final RecordingListener listener = new RecordingListener();

  @Override
  protected InferenceEngine open(EngineConfig limits, ManualClock clock) {
    return engine(new ChainRunner(BLOCKS, limits.blockSize(), VOCAB), limits, Set.of(), clock);
  }

  @Override
  protected int vocabSize() {
    return VOCAB;
  }

  private static InferenceEngine engine(
      ChainRunner runner, EngineConfig limits, Set<Integer> ends) {
    return engine(runner, limits, ends, new ManualClock());
  }

  private static InferenceEngine engine(
      ChainRunner runner, EngineConfig limits, Set<Integer> ends, ManualClock clock) {
    int maxModelLen = limits.maxModelLen() == 0 ? CONTEXT : limits.maxModelLen();
    ModelFacts facts = new ModelFacts("chain", VOCAB, maxModelLen, ends, BLOCKS);
    return new BatchingEngine(limits, facts, runner, SpellingDecoder::new, clock);
  }

  private static EngineConfig limits() {
    return EngineConfig.forCpu(Path.of("."), 1);
  }

  @Test
  void shouldEndAtTheModelsEndTokenUnlessToldToIgnoreIt() {
    int[] prompt = {1, 2, 3};
    int[] completion = ChainRunner.completion(prompt, 20, VOCAB);
    int end = completion[4];
    try (InferenceEngine engine =
        engine(new ChainRunner(BLOCKS, 16, VOCAB), limits(), Set.of(end))) {
      engine.start(listener);
      engine.submit(Requests.online("ends", prompt, SamplingParams.greedy(20)));
      engine.submit(Requests.online("ignores", prompt, TWENTY));
      assertThat(listener.awaitFinish("ends").finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(listener.tokens("ends")).hasSize(5).endsWith(end);
      assertThat(listener.text("ends")).hasSize(4);
      listener.awaitFinish("ignores");
      assertThat(listener.tokens("ignores")).isEqualTo(completion);
    }
  }

  @Test
  void shouldEndOnlyTheSequenceWhoseLogitsAreNotFinite() {
    int[] prompt = {1, 2, 3};
    ChainRunner runner = new ChainRunner(BLOCKS, 16, VOCAB);
    runner.poisonToken = ChainRunner.completion(prompt, 20, VOCAB)[7];
    try (InferenceEngine engine = engine(runner, limits(), Set.of())) {
      engine.start(listener);
      engine.submit(Requests.online("poisoned", prompt, TWENTY));
      engine.submit(Requests.online("healthy", new int[] {9}, TWENTY));
      SequenceOutput finish = listener.awaitFinish("poisoned");
      assertThat(finish.finishReason()).isEqualTo(FinishReason.ERROR);
      assertThat(finish.error().code()).isEqualTo("engine_numeric_error");
      assertThat(listener.tokens("poisoned")).hasSize(8);
      listener.awaitFinish("healthy");
      assertThat(listener.tokens("healthy"))
          .isEqualTo(ChainRunner.completion(new int[] {9}, 20, VOCAB));
      listener.assertClean();
    }
  }

  @Test
  void shouldTellWhetherItHasEndedWhenAStepGoesOnAfterClose() throws Exception {
    Semaphore entered = new Semaphore(0);
    Semaphore goOn = new Semaphore(0);
    ChainRunner runner = new ChainRunner(BLOCKS, 16, VOCAB);
    runner.known =
        step -> {
          entered.release();
          goOn.acquireUninterruptibly();
          return null;
        };
    InferenceEngine engine = engine(runner, limits(), Set.of());
    engine.start(listener);
    engine.submit(Requests.online("hangs", new int[] {1, 2, 3}, TWENTY));
    assertThat(entered.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    Thread closing = new Thread(engine::close);
    closing.start();

    assertThat(engine.awaitEnd(Duration.ofMillis(50))).isFalse();
    assertThat(runner.closed).isFalse();
    goOn.release(100);

    assertThat(engine.awaitEnd(Duration.ofSeconds(10))).isTrue();
    assertThat(runner.closed).isTrue();
    closing.join();
  }

  @Test
  void shouldMakeTheMasksWhileTheStepIsComputed() {
    Semaphore made = new Semaphore(0);
    List<Boolean> beside = new CopyOnWriteArrayList<>();
    ChainRunner runner = new ChainRunner(BLOCKS, 16, VOCAB);
    runner.known =
        step -> {
          try {
            beside.add(made.tryAcquire(10, TimeUnit.SECONDS));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return null;
        };
    TokenMask mask =
        new TokenMask() {
          @Override
          public void prepare() {
            made.release();
          }

          @Override
          public void apply(long[] allowed) {
            // Everything may come.
          }

          @Override
          public void accept(int token) {
            // It has no state.
          }
        };
    int[] prompt = {1, 2, 3};
    try (InferenceEngine engine = engine(runner, limits(), Set.of())) {
      engine.start(listener);
      engine.submit(Requests.online("masked", prompt, TWENTY).withMask(() -> mask));
      listener.awaitFinish("masked");
    }
    assertThat(listener.tokens("masked")).isEqualTo(ChainRunner.completion(prompt, 20, VOCAB));
    assertThat(beside).hasSize(20).containsOnly(true);
  }

  @Test
  void shouldReportThePromptTokensThatWereComputedBefore() {
    int[] prompt = IntStream.range(0, 50).toArray();
    try (InferenceEngine engine = engine(new ChainRunner(BLOCKS, 16, VOCAB), limits(), Set.of())) {
      engine.start(listener);
      engine.submit(Requests.online("first", prompt, TWENTY));
      assertThat(listener.awaitFinish("first").cachedPromptTokens()).isZero();
      engine.submit(Requests.online("second", prompt, TWENTY));
      listener.awaitFinish("second");
      assertThat(listener.of("second")).allMatch(output -> output.cachedPromptTokens() == 48);
      assertThat(listener.tokens("second")).isEqualTo(listener.tokens("first"));
      engine.submit(Requests.online("salted", prompt, TWENTY).withCacheSalt("other"));
      assertThat(listener.awaitFinish("salted").cachedPromptTokens()).isZero();
      assertThat(listener.tokens("salted")).isEqualTo(listener.tokens("first"));
    }
  }

  @Test
  void shouldCountWhatItsStepsDidAndLeftOut() {
    int[] prompt = IntStream.range(0, 50).toArray();
    try (InferenceEngine engine = engine(new ChainRunner(BLOCKS, 16, VOCAB), limits(), Set.of())) {
      engine.start(listener);
      engine.submit(Requests.online("first", prompt, TWENTY));
      listener.awaitFinish("first");
      StepResult prefill = listener.steps().get(0);
      assertThat(prefill.statistics().work().lastTokens()).isEqualTo(50);
      assertThat(prefill.statistics().work().lastSequences()).isEqualTo(1);
      assertThat(prefill.statistics().prediction()).isEqualTo(StepPrediction.NONE);
      engine.submit(Requests.online("second", prompt, TWENTY));
      listener.awaitFinish("second");
      EngineStatistics end = engine.statistics();
      assertThat(end.work().reusedTokens()).isEqualTo(48);
      assertThat(end.work().computedTokens()).isEqualTo(50 + 19 + 2 + 19);
      assertThat(end.work().lastTokens()).isEqualTo(1);
      // Sixty-nine computed tokens fill four blocks, the same ones for both.
      assertThat(end.work().kvBlocksReusable()).isEqualTo(4);
      assertThat(end.kvBlocksUsed()).isZero();
      assertThat(end.work().restarts()).isZero();
      assertThat(end.prediction().lastMicros()).isPositive();
      assertThat(end.prediction().meanError()).isBetween(0.0, 1.0);
    }
  }

  @Test
  void shouldTellTheListenerAndFreeTheRunnerWhenAStepThrows() {
    ChainRunner runner = new ChainRunner(BLOCKS, 16, VOCAB);
    try (InferenceEngine engine = engine(runner, limits(), Set.of())) {
      engine.start(listener);
      runner.failure = new IllegalStateException("device lost");
      engine.submit(Requests.online("victim", new int[] {1}, TWENTY));
      assertThat(listener.awaitFailure()).hasMessage("device lost");
      assertThat(runner.closed).isTrue();
      assertThat(listener.finishes("victim")).isEmpty();
    }
  }

  @Test
  void shouldFailRatherThanSpinWhenItsThreadIsInterrupted() {
    EngineListener interrupting =
        new EngineListener() {
          @Override
          public void onStep(StepResult result) throws InterruptedException {
            listener.onStep(result);
            Thread.currentThread().interrupt();
          }

          @Override
          public void onFailure(Throwable cause) {
            listener.onFailure(cause);
          }
        };
    try (InferenceEngine engine = engine(new ChainRunner(BLOCKS, 16, VOCAB), limits(), Set.of())) {
      engine.start(interrupting);
      engine.submit(Requests.online("last", new int[] {1}, SamplingParams.greedy(1)));
      assertThat(listener.awaitFailure()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void shouldFailAloneWhenTheTextOfASequenceCannotBeDecoded() {
    AtomicBoolean broken = new AtomicBoolean();
    TokenDecoder.Factory decoders =
        stops -> stops.isEmpty() ? new SpellingDecoder(stops) : new BrokenDecoder(broken);
    ModelFacts facts = new ModelFacts("chain", VOCAB, CONTEXT, Set.of(), BLOCKS);
    try (InferenceEngine engine =
        new BatchingEngine(
            limits(), facts, new ChainRunner(BLOCKS, 16, VOCAB), decoders, new ManualClock())) {
      engine.start(listener);
      SamplingParams odd = new SamplingParams(20, 0, 1, 0, 0, List.of("x"), Set.of(), true);
      engine.submit(Requests.online("odd", new int[] {1}, odd));
      engine.submit(Requests.online("even", new int[] {1}, TWENTY));
      SequenceOutput finish = listener.awaitFinish("odd");
      assertThat(finish.error().code()).isEqualTo("engine_internal_error");
      assertThat(finish.firstIndex()).isZero();
      assertThat(listener.awaitFinish("even").finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(broken).isTrue();
      listener.assertClean();
    }
  }

  private record BrokenDecoder(AtomicBoolean used) implements TokenDecoder {
    @Override
    public String append(int tokenId) {
      used.set(true);
      throw new IllegalArgumentException("no such token");
    }

    @Override
    public boolean stopped() {
      return false;
    }

    @Override
    public String finish() {
      return "";
    }
  }
}
