package io.streamweir.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.StepResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineHostTest {

  private final ManualTaskThread taskThread = new ManualTaskThread();
  private final LinkedBlockingQueue<FakeEngine> engines = new LinkedBlockingQueue<>();
  private final Recorder owner = new Recorder();
  private EngineHost host;

  private static final class Recorder implements EngineHost.Owner {
    int ups;
    final List<List<StepResult>> drains = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();

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
            "test-engine", loader, taskThread, Duration.ofMillis(1), Duration.ofSeconds(10));
    host.start(owner);
  }

  private InferenceEngine load() {
    var engine = new FakeEngine();
    engines.add(engine);
    return engine;
  }
}
