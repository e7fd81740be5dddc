package io.streamweir.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.StepResult;
import io.streamweir.engine.TokenMask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineHostTest {

  private static final Duration STEP_LIMIT = Duration.ofMinutes(2);
  private static final EngineStatistics BUSY = new EngineStatistics(0, 0, 1, 0, 1, 10, 0, 0, 0, 0);

  private final ManualTaskThread taskThread = new ManualTaskThread();
  private final LinkedBlockingQueue<FakeEngine> engines = new LinkedBlockingQueue<>();
  private final Recorder owner = new Recorder();
  private final AtomicLong nanoTime = new AtomicLong(-5);
  private EngineHost host;

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
    assertThat(engine.closed.await(10, TimeUnit.SECONDS)).isTrue();
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
    engine.statistics = BUSY;
    nanoTime.addAndGet(STEP_LIMIT.toNanos());
    host.watch();
    assertThat(owner.failures).as("at the limit").isEmpty();

    nanoTime.incrementAndGet();
    host.watch();

    assertThat(owner.failures).hasSize(1);
    assertThat(owner.failures.get(0)).hasMessageContaining("engine.step.limit");
    assertThat(engine.closed.await(10, TimeUnit.SECONDS)).isTrue();
    taskThread.runNext("engine up");
    assertThat(owner.ups).isEqualTo(2);
  }

  @Test
  void shouldBePatientWithAnEngineThatIsIdleStepsOrWaitsForTheTask() throws Exception {
    var engine = startedEngine();
    nanoTime.addAndGet(2 * STEP_LIMIT.toNanos());
    host.watch();
    engine.statistics = BUSY;
    nanoTime.addAndGet(STEP_LIMIT.toNanos());
    host.watch();
    assertThat(owner.failures).as("busy only since the last look").isEmpty();

    engine.listener.onStep(FakeEngine.step());
    nanoTime.addAndGet(2 * STEP_LIMIT.toNanos());
    host.watch();
    assertThat(owner.failures).as("its step has not been taken").isEmpty();

    taskThread.runNext("engine step");
    nanoTime.addAndGet(STEP_LIMIT.toNanos());
    host.watch();
    assertThat(owner.failures).isEmpty();
  }

  @Test
  void shouldCompileFormatsBesideTheTaskAndTellItInTheirOrder() throws Exception {
    startedEngine();

    host.constrain("a", "{\"type\": \"unheard of\"}");
    host.constrain("b", "{\"type\": \"json_object\"}");
    assertThat(owner.formats).as("the task goes on").isEmpty();
    taskThread.runNext("format refused");
    taskThread.runNext("format");

    assertThat(owner.formats).containsExactly("a: No such format", "b constrained");
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
    assertThat(engine.closed.await(10, TimeUnit.SECONDS)).isTrue();
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
            new EngineHost.Limits(Duration.ofMillis(1), Duration.ofSeconds(10), STEP_LIMIT),
            nanoTime::get);
    host.start(owner);
  }

  private InferenceEngine load() {
    var engine = new FakeEngine();
    engines.add(engine);
    return engine;
  }
}
