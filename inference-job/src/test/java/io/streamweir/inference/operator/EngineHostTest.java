package io.streamweir.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.Lane;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.StepResult;
import io.streamweir.engine.TokenMask;
import io.streamweir.engine.core.BatchingEngine;
import io.streamweir.engine.core.ModelFacts;
import io.streamweir.engine.core.ModelRunner;
import io.streamweir.engine.core.ScheduledStep;
import io.streamweir.engine.core.StepLogits;
import io.streamweir.engine.core.TokenDecoder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineHostTest {

  private static final Duration STEP_LIMIT = Duration.ofMinutes(2);
  private static final int STEP_TOKENS = 512;

  private final ManualTaskThread taskThread = new ManualTaskThread();
  private final LinkedBlockingQueue<FakeEngine> engines = new LinkedBlockingQueue<>();
  private final Recorder owner = new Recorder();
  private final AtomicLong nanoTime = new AtomicLong(-5);
  private final Semaphore processEnds = new Semaphore(0);
  private Duration stepLimit = STEP_LIMIT;
  private EngineHost host;

  /** Its first step does not end by itself. */
  private static final class HangingRunner implements ModelRunner {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public StepLogits run(ScheduledStep step) {
      entered.countDown();
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("The step was broken off");
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private static final class Recorder implements EngineHost.Owner {
    int ups;
    final List<List<StepResult>> drains = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();
    final List<String> formats = new ArrayList<>();

    @Override
    public void engineUp() {
      ups++;
    }

    @Override
    public void engineSteps(List<StepResult> steps) {
      drains.add(steps);
    }

    @Override
    public void engineFailed(Throwable cause) {
      failures.add(cause);
    }

    @Override
    public void engineConstrained(String sequenceId, TokenMask.Factory mask) {
      formats.add(sequenceId + " constrained");
    }

    @Override
    public void engineRefused(String sequenceId, String reason) {
      formats.add(sequenceId + ": " + reason);
    }
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void shouldBeUpOnlyWhenTheEngineIsLoaded() throws Exception {
    start(this::load);
    assertThat(host.isUp()).isFalse();
    assertThat(host.statistics().kvBlocksTotal()).isZero();

    taskThread.runNext("engine up");

    assertThat(host.isUp()).isTrue();
    assertThat(owner.ups).isEqualTo(1);
    assertThat(host.statistics()).isEqualTo(FakeEngine.IDLE);
  }

  @Test
  void shouldDrainSeveralStepsWithOneMail() throws Exception {
    var engine = startedEngine();
    engine.listener.onStep(FakeEngine.step());
    engine.listener.onStep(FakeEngine.step());
    assertThat(taskThread.waiting()).isEqualTo(1);

    taskThread.runNext("engine step");

    assertThat(owner.drains).hasSize(1);
    assertThat(owner.drains.get(0)).hasSize(2);
    engine.listener.onStep(FakeEngine.step());
    assertThat(taskThread.waiting()).isEqualTo(1);
  }

  @Test
  void shouldMakeTheEngineWaitWhenTheTaskLagsBehind() throws Exception {
    var engine = startedEngine();
    var done = new CountDownLatch(1);
    var stepping =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 20; i++) {
                  engine.listener.onStep(FakeEngine.step());
                }
                done.countDown();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    stepping.start();
    assertThat(done.await(100, TimeUnit.MILLISECONDS)).isFalse();

    while (stepping.isAlive() || taskThread.waiting() > 0) {
      if (taskThread.waiting() > 0) {
        taskThread.runNext("engine step");
      }
    }

    assertThat(owner.drains.stream().mapToInt(List::size).sum()).isEqualTo(20);
    assertThat(owner.drains).allMatch(steps -> steps.size() <= 8);
  }

  @Test
  void shouldHandOverTheLastStepsAndReplaceTheEngineWhenItFails() throws Exception {
    var engine = startedEngine();
    engine.listener.onStep(FakeEngine.step());
    engine.listener.onFailure(new IllegalStateException("broken"));
    taskThread.runNext("engine step");
    taskThread.runNext("engine failure");

    assertThat(owner.drains).hasSize(1);
    assertThat(owner.failures).hasSize(1);
    assertThat(host.isUp()).isFalse();
    assertThat(engine.closed.await(60, TimeUnit.SECONDS)).isTrue();
    taskThread.runNext("engine up");
    assertThat(owner.ups).isEqualTo(2);
  }

  @Test
  void shouldIgnoreWhatAFailedEngineSaysLater() throws Exception {
    var engine = startedEngine();
    engine.listener.onFailure(new IllegalStateException("broken"));
    engine.listener.onFailure(new IllegalStateException("still broken"));
    engine.listener.onStep(FakeEngine.step());
    taskThread.runNext("engine failure");
    assertThat(owner.drains).as("steps handed over before the failure").hasSize(1);
    taskThread.runNext("engine failure");
    taskThread.runNext("engine step");

    assertThat(owner.failures).hasSize(1);
    assertThat(owner.drains).hasSize(1);
  }

  @Test
  void shouldFailTheTaskWhenTheFirstEngineCannotBeLoaded() {
    start(
        () -> {
          throw new EngineLoadException("no config.json in /models/x");
        });
    assertThatThrownBy(() -> taskThread.runNext("engine load failure"))
        .hasMessageContaining("no config.json in /models/x");
  }

  @Test
  void shouldTryAgainWhenALaterEngineCannotBeLoaded() throws Exception {
    var loads = new LinkedBlockingQueue<Boolean>(List.of(true, false, true));
    start(
        () -> {
          if (!loads.remove()) {
            throw new EngineLoadException("out of memory");
          }
          return load();
        });
    taskThread.runNext("engine up");
    engines.take().listener.onFailure(new IllegalStateException("broken"));
    taskThread.runNext("engine failure");
    taskThread.runNext("engine load failure");
    taskThread.runNext("engine up");
    assertThat(host.isUp()).isTrue();
  }

  @Test
  void shouldReplaceTheEngineWhenItHasSequencesAndDoesNoStep() throws Exception {
    var engine = startedEngine();
    host.submit(request("a"));
    nanoTime.addAndGet(STEP_LIMIT.toNanos());
    host.watch();
    assertThat(owner.failures).as("at the limit").isEmpty();

    nanoTime.incrementAndGet();
    host.watch();

    assertThat(owner.failures).hasSize(1);
    assertThat(owner.failures.get(0)).hasMessageContaining("engine.step.limit");
    assertThat(engine.closed.await(60, TimeUnit.SECONDS)).isTrue();
    taskThread.runNext("engine up");
    assertThat(owner.ups).isEqualTo(2);
    assertThat(processEnds.availablePermits()).isZero();
  }

  @Test
  void shouldReplaceARealEngineThatHangsInItsVeryFirstStep() throws Exception {
    var runner = new HangingRunner();
    var hanging = new AtomicReference<InferenceEngine>(engine(runner));
    start(() -> hanging.get() == null ? load() : hanging.getAndSet(null));
    taskThread.runNext("engine up");
    nanoTime.addAndGet(10 * STEP_LIMIT.toNanos());

    host.submit(request("a"));
    assertThat(runner.entered.await(60, TimeUnit.SECONDS)).isTrue();
    nanoTime.addAndGet(STEP_LIMIT.toNanos());
    host.watch();
    assertThat(owner.failures).as("at the limit").isEmpty();
    nanoTime.incrementAndGet();
    host.watch();

    taskThread.runNext("engine failure");
    assertThat(owner.failures).as("what it says when it is closed is ignored").hasSize(1);
    taskThread.runNext("engine up");
    assertThat(runner.closed.getCount()).as("its memory is free before").isZero();
  }

  @Test
  void shouldEndTheProcessWhenAnEngineThatHangsDoesNotEnd() throws Exception {
    var engine = startedEngine();
    engine.ends = false;
    host.submit(request("a"));
    nanoTime.addAndGet(STEP_LIMIT.toNanos() + 1);
    host.watch();

    assertThat(processEnds.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    assertThat(owner.failures).hasSize(1);
    assertThat(engines).as("no other engine is loaded beside it").isEmpty();
  }

  @Test
  void shouldEndTheProcessWhenAnEngineDoesNotEndWithItsTask() throws Exception {
    startedEngine().ends = false;

    host.close();

    assertThat(processEnds.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldBePatientWithAnEngineThatIsIdleStepsOrWaitsForTheTask() throws Exception {
    var engine = startedEngine();
    nanoTime.addAndGet(2 * STEP_LIMIT.toNanos());
    host.submit(request("a"));
    nanoTime.addAndGet(STEP_LIMIT.toNanos());
    host.watch();
    assertThat(owner.failures).as("busy only since a moment ago").isEmpty();

    engine.listener.onStep(FakeEngine.step());
    nanoTime.addAndGet(2 * STEP_LIMIT.toNanos());
    host.watch();
    assertThat(owner.failures).as("its step has not been taken").isEmpty();

    taskThread.runNext("engine step");
    nanoTime.addAndGet(STEP_LIMIT.toNanos());
    host.watch();
    assertThat(owner.failures).isEmpty();

    engine.listener.onStep(FakeEngine.step(FakeEngine.output("a", 0, FinishReason.LENGTH, 1)));
    taskThread.runNext("engine step");
    nanoTime.addAndGet(2 * STEP_LIMIT.toNanos());
    host.watch();
    assertThat(owner.failures).as("it has nothing to do").isEmpty();
  }

  @Test
  void shouldBePatientWithALargeModelAsItsStepsShow() throws Exception {
    var engine = startedEngine();
    host.submit(request("a"));
    engine.listener.onStep(step(1, Duration.ofSeconds(4)));
    engine.listener.onStep(step(64, Duration.ofSeconds(16)));
    engine.listener.onStep(step(2, Duration.ofSeconds(5)));
    taskThread.runNext("engine step");
    var patience = Duration.ofMillis(10L * STEP_TOKENS * 250);
    assertThat(patience).isGreaterThan(STEP_LIMIT);

    nanoTime.addAndGet(patience.toNanos());
    host.watch();
    assertThat(owner.failures).isEmpty();

    nanoTime.incrementAndGet();
    host.watch();
    assertThat(owner.failures).hasSize(1);
  }

  @Test
  void shouldNeverGiveAnEngineUpForItsStepsWithoutALimit() throws Exception {
    stepLimit = Duration.ZERO;
    startedEngine();
    host.submit(request("a"));
    nanoTime.addAndGet(Duration.ofDays(1).toNanos());
    host.watch();

    assertThat(owner.failures).isEmpty();
  }

  @Test
  void shouldCompileFormatsBesideTheTaskWithoutWaitingForASlowOne() throws Exception {
    var engine = startedEngine();

    host.constrain("slow", "{\"type\": \"slow\"}");
    host.constrain("a", "{\"type\": \"unheard of\"}");
    host.constrain("b", "{\"type\": \"json_object\"}");
    assertThat(owner.formats).as("the task goes on").isEmpty();
    taskThread.runNext("format refused");
    taskThread.runNext("format");
    assertThat(owner.formats).containsExactly("a: No such format", "b constrained");

    engine.slowFormats.countDown();
    taskThread.runNext("format");
    assertThat(owner.formats).endsWith("slow constrained");
  }

  @Test
  void shouldFreeTheEngineWhenClosed() throws Exception {
    var engine = startedEngine();
    host.close();
    assertThat(engine.closed.getCount()).isZero();
    assertThat(host.isUp()).isFalse();
  }

  @Test
  void shouldFreeTheEngineWhenClosedBeforeTheTaskTookIt() throws Exception {
    start(this::load);
    var engine = engines.take();
    host.close();
    assertThat(engine.closed.await(60, TimeUnit.SECONDS)).isTrue();
  }

  private FakeEngine startedEngine() throws Exception {
    start(this::load);
    taskThread.runNext("engine up");
    return engines.take();
  }

  private void start(Supplier<InferenceEngine> loader) {
    host =
        new EngineHost(
            "test-engine",
            loader,
            taskThread,
            new EngineHost.Limits(
                Duration.ofMillis(1), Duration.ofSeconds(10), stepLimit, STEP_TOKENS),
            nanoTime::get,
            processEnds::release);
    host.start(owner);
  }

  private InferenceEngine load() {
    var engine = new FakeEngine();
    engines.add(engine);
    return engine;
  }

  private static InferenceEngine engine(ModelRunner runner) {
    return new BatchingEngine(
        EngineConfig.forCpu(Path.of("."), 1),
        new ModelFacts("hanging", 100, 100, Set.of(), 10),
        runner,
        stopStrings -> new Silent(),
        Clock.systemUTC());
  }

  private record Silent() implements TokenDecoder {
    @Override
    public String append(int tokenId) {
      return "";
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

  private static EngineRequest request(String id) {
    return new EngineRequest(
        id,
        new int[] {1, 2, 3},
        new int[0],
        SamplingParams.greedy(5),
        Lane.ONLINE,
        0,
        Long.MAX_VALUE);
  }

  private static StepResult step(int tokens, Duration taken) {
    var statistics =
        new EngineStatistics(
            0,
            0,
            1,
            0,
            1,
            10,
            1,
            1,
            0,
            taken.toNanos() / 1000,
            new EngineStatistics.StepWork(1, tokens, 0, 0, 0, 0, 0, 0, 0),
            EngineStatistics.StepPrediction.NONE,
            null);
    return new StepResult(List.of(), statistics, 1_000_000);
  }
}
