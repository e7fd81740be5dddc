package io.streamweir.inference.operator;

import io.streamweir.engine.EngineListener;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.StepResult;
import io.streamweir.engine.TokenMask;
import io.streamweir.threads.DaemonThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an engine running: loads it, carries its steps to the task thread, replaces it when it
 * fails, and frees it.
 *
 * <p>Loading and closing take long and happen on threads of the host, so that checkpoints go on
 * meanwhile. Step results wait in a bounded queue; one mail drains whatever is in it, and an engine
 * that outruns the task waits. The very first engine must load, or the task fails with the reason
 * in sight: the model or a setting is wrong. Later ones are tried again, with growing pauses. An
 * engine that was given sequences and does no step for too long hangs, and has failed as well. The
 * next one is loaded when it has ended; if it does not, {@link EngineCloser} ends the process.
 *
 * <p>Methods are for the task thread.
 */
final class EngineHost implements EnginePort {

  /** Hears, on the task thread, what becomes of the engine. */
  interface Owner {

    void engineUp();

    /** In the order in which the engine did them; at least one. */
    void engineSteps(List<StepResult> steps);

    /** The engine is gone; all it was given is the owner's again. */
    void engineFailed(Throwable cause);

    /**
     * A response format was compiled, by the engine that was up then.
     *
     * @param mask null if any text will do
     */
    void engineConstrained(String sequenceId, TokenMask.Factory mask);

    /** A response format cannot be followed. */
    void engineRefused(String sequenceId, String reason);
  }

  /**
   * What the host waits for, at most.
   *
   * @param pause before an engine is loaded anew
   * @param close for the engine to stop, in {@link EngineHost#close}
   * @param step between two steps of an engine that has sequences, where {@code stepTokens} at the
   *     best speed measured take less than a tenth of it, else ten times that; zero: for ever
   * @param stepTokens most tokens of a step
   */
  record Limits(Duration pause, Duration close, Duration step, int stepTokens) {}

  private static final Logger LOG = LoggerFactory.getLogger(EngineHost.class);
  private static final int STEP_QUEUE = 8;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final double STEP_SLACK = 10;
  private static final byte[] NOTHING = {};
  private static final EngineStatistics DOWN = new EngineStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  private final Supplier<InferenceEngine> loader;
  private final TaskThread taskThread;
  private final Limits limits;
  private final LongSupplier nanoTime;
  private final ScheduledThreadPoolExecutor thread;
  private final EngineCloser closer;
  private final FormatThreads formats;
  private final Object lock = new Object();
  private Owner owner;
  private InferenceEngine loaded;
  private boolean closed;
  private volatile Run current;
  private boolean everUp;
  private int failures;

  /**
   * @param loader called on the host's thread, once per engine
   * @param nanoTime as {@link System#nanoTime}
   * @param endProcess see {@link EngineCloser}
   */
  EngineHost(
      String name,
      Supplier<InferenceEngine> loader,
      TaskThread taskThread,
      Limits limits,
      LongSupplier nanoTime,
      Runnable endProcess) {
    this.loader = loader;
    this.taskThread = taskThread;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.thread = new ScheduledThreadPoolExecutor(1, DaemonThreads.named(name));
    this.closer = new EngineCloser(name + "-close", endProcess);
    this.formats = new FormatThreads(name + "-formats", taskThread);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  void start(Owner owner) {
    this.owner = owner;
    thread.execute(this::load);
  }

  @Override
  public boolean isUp() {
    return current != null;
  }

  @Override
  public void submit(EngineRequest request) {
    current.submit(request);
  }

  @Override
  public void cancel(String sequenceId, FinishReason reason) {
    current.engine.cancel(sequenceId, reason);
  }

  @Override
  public void constrain(String sequenceId, String responseFormat) {
    var engine = current.engine;
    formats.compile(sequenceId, () -> engine.constrain(responseFormat), owner);
  }

  @Override
  public byte[] spell(int tokenId) {
    var run = current;
    return run == null ? NOTHING : run.engine.spell(tokenId);
  }

  @Override
  public EngineStatistics statistics() {
    var run = current;
    return run == null ? DOWN : run.engine.statistics();
  }

  /** Gives an engine up that hangs; called again and again. */
  void watch() {
    var run = current;
    if (run != null && run.hangs()) {
      failed(
          run,
          new IllegalStateException(
              "The engine has done no step for %s though it has sequences. If its steps take that long, raise engine.step.limit."
                  .formatted(run.stepLimit())));
    }
  }

  /** Stops the engine and waits for it, within bounds. */
  void close() {
    var run = current;
    InferenceEngine last;
    synchronized (lock) {
      closed = true;
      last = loaded;
      loaded = null;
    }
    current = null;
    formats.close();
    if (last != null) {
      closer.close(last, run == null ? limits.step : run.stepLimit(), () -> {});
    }
    thread.shutdown();
    var end = System.nanoTime() + limits.close.toNanos();
    try {
      var loadedNothing = thread.awaitTermination(limits.close.toNanos(), TimeUnit.NANOSECONDS);
      if (!closer.await(end - System.nanoTime()) || !loadedNothing) {
        LOG.error(
            "The engine did not stop within {}; its memory and device may not be free yet. Raise"
                + " engine.close.timeout if its steps or its loading take longer.",
            limits.close);
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void load() {
    InferenceEngine engine;
    try {
      engine = loader.get();
    } catch (RuntimeException | Error e) {
      taskThread.run("engine load failure", () -> loadFailed(e));
      return;
    }
    synchronized (lock) {
      if (!closed) {
        loaded = engine;
        taskThread.run("engine up", () -> up(engine));
        return;
      }
    }
    engine.close();
  }

  private void up(InferenceEngine engine) {
    LOG.info("Engine is up: {}", engine.capabilities());
    everUp = true;
    var run = new Run(engine);
    engine.start(run);
    current = run;
    owner.engineUp();
  }

  private void loadFailed(Throwable cause) throws Exception {
    if (!everUp) {
      throw new IllegalStateException("The engine cannot be loaded: " + cause.getMessage(), cause);
    }
    var pause = nextPauseMillis();
    LOG.error("The engine cannot be loaded again; next try in {} ms", pause, cause);
    loadIn(pause);
  }

  private void loadIn(long millis) {
    synchronized (lock) {
      if (!closed) {
        thread.schedule(this::load, millis, TimeUnit.MILLISECONDS);
      }
    }
  }

  private void failed(Run run, Throwable cause) {
    if (run != current) {
      return;
    }
    run.drain();
    current = null;
    synchronized (lock) {
      loaded = null;
    }
    var pause = nextPauseMillis();
    LOG.error("The engine failed; {} ms after its end a new one is loaded", pause, cause);
    closer.close(run.engine, limits.close, () -> loadIn(pause));
    owner.engineFailed(cause);
  }

  private long nextPauseMillis() {
    var doublings = Math.min(failures++, 20);
    return Math.min(limits.pause.toMillis(), FIRST_PAUSE_MILLIS << doublings);
  }

  /** One engine from its start to its end. */
  private final class Run implements EngineListener {

    private final InferenceEngine engine;
    private final BlockingQueue<StepResult> steps = new ArrayBlockingQueue<>(STEP_QUEUE);
    private final AtomicBoolean drainPending = new AtomicBoolean();
    private volatile long movedAt;
    private long unfinished;
    private double nanosPerToken;

    Run(InferenceEngine engine) {
      this.engine = engine;
      this.movedAt = nanoTime.getAsLong();
    }

    void submit(EngineRequest request) {
      if (unfinished++ == 0) {
        movedAt = nanoTime.getAsLong();
      }
      engine.submit(request);
    }

    /**
     * One that waits for the task, with its steps not taken, does not hang; nor an idle one. What
     * it has to do is counted here: its own statistics are as of its last step, which may be none.
     */
    boolean hangs() {
      var now = nanoTime.getAsLong();
      if (unfinished == 0 || !steps.isEmpty()) {
        movedAt = now;
      }
      return !limits.step.isZero() && now - movedAt > stepLimit().toNanos();
    }

    Duration stepLimit() {
      var slow = Duration.ofNanos((long) (STEP_SLACK * limits.stepTokens * nanosPerToken));
      return limits.step.isZero() || limits.step.compareTo(slow) > 0 ? limits.step : slow;
    }

    @Override
    public void onStep(StepResult result) throws InterruptedException {
      steps.put(result);
      movedAt = nanoTime.getAsLong();
      if (drainPending.compareAndSet(false, true)) {
        taskThread.run("engine step", this::drain);
      }
    }

    @Override
    public void onFailure(Throwable cause) {
      taskThread.run("engine failure", () -> failed(this, cause));
    }

    private void drain() {
      drainPending.set(false);
      var drained = new ArrayList<StepResult>(STEP_QUEUE);
      steps.drainTo(drained);
      if (drained.isEmpty() || current != this) {
        return;
      }
      movedAt = nanoTime.getAsLong();
      drained.forEach(this::account);
      if (drained.stream().anyMatch(Run::completesSomething)) {
        failures = 0;
      }
      owner.engineSteps(drained);
    }

    private void account(StepResult step) {
      unfinished -= step.outputs().stream().filter(SequenceOutput::finished).count();
      var tokens = step.statistics().work().lastTokens();
      if (tokens > 0) {
        var nanos = 1000.0 * step.statistics().lastStepMicros() / tokens;
        nanosPerToken = nanosPerToken == 0 ? nanos : Math.min(nanosPerToken, nanos);
      }
    }

    private static boolean completesSomething(StepResult step) {
      return step.outputs().stream()
          .anyMatch(
              output ->
                  output.finishReason() == FinishReason.STOP
                      || output.finishReason() == FinishReason.LENGTH);
    }
  }
}
