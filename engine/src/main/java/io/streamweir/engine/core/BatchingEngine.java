package io.streamweir.engine.core;

import io.streamweir.engine.EngineCapabilities;
import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineListener;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.Lane;
import io.streamweir.engine.TokenMask;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine that batches continuously: a sequence joins and leaves at any step.
 *
 * <p>Owns one thread, which alone touches sequences, blocks and runner ({@link StepLoop}); other
 * threads reach it through a lock-free {@link Inbox} and a published snapshot of the statistics.
 * The thread frees the runner when it ends, so native memory is never freed under a step.
 */
public final class BatchingEngine implements InferenceEngine {
  private static final Logger LOG = LoggerFactory.getLogger(BatchingEngine.class);
  private static final long CLOSE_TIMEOUT_MILLIS = TimeUnit.SECONDS.toMillis(10);
  private static final AtomicInteger THREADS = new AtomicInteger();

  private enum State {
    NEW,
    RUNNING,
    CLOSED
  }

  private final EngineCapabilities capabilities;
  private final ModelRunner runner;
  private final TokenDecoder.Factory decoders;
  private final Inbox inbox = new Inbox();
  private final StepLoop loop;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private volatile Thread thread;

  public BatchingEngine(
      EngineConfig config,
      ModelFacts facts,
      ModelRunner runner,
      TokenDecoder.Factory decoders,
      InstantSource clock) {
    this.runner = runner;
    this.decoders = decoders;
    loop = new StepLoop(config, facts, runner, decoders, clock, inbox);
    capabilities =
        new EngineCapabilities(facts.engine(), loop.contextLength(), config.maxRunning(), true);
  }

  @Override
  public EngineCapabilities capabilities() {
    return capabilities;
  }

  @Override
  public void start(EngineListener listener) {
    if (!state.compareAndSet(State.NEW, State.RUNNING)) {
      throw new IllegalStateException("The engine was started or closed before");
    }
    Thread stepping = new Thread(() -> step(listener), "weir-engine-" + THREADS.incrementAndGet());
    stepping.setDaemon(true);
    inbox.readBy(stepping);
    thread = stepping;
    stepping.start();
  }

  private void step(EngineListener listener) {
    Throwable failure = null;
    try {
      loop.run(listener);
    } catch (InterruptedException e) {
      failure = loop.isStopped() ? null : e;
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    try {
      runner.close();
    } catch (RuntimeException e) {
      LOG.warn("The model runner did not free its memory", e);
    }
    if (failure != null) {
      LOG.error("The engine failed in step {} and stops", loop.statistics().steps(), failure);
      listener.onFailure(failure);
    }
  }

  @Override
  public void submit(EngineRequest request) {
    requireRunning();
    inbox.add(new Inbox.Submit(request));
  }

  @Override
  public void cancel(String sequenceId, FinishReason reason) {
    if (reason != FinishReason.CANCELLED && reason != FinishReason.EXPIRED) {
      throw new IllegalArgumentException(
          "A sequence is cancelled as CANCELLED or EXPIRED, not as " + reason);
    }
    requireRunning();
    inbox.add(new Inbox.Cancel(sequenceId, reason));
  }

  private void requireRunning() {
    State now = state.get();
    if (now != State.RUNNING) {
      throw new IllegalStateException(
          "The engine is " + now + "; start it once, before it is used");
    }
  }

  @Override
  public EngineStatistics statistics() {
    EngineStatistics last = loop.statistics();
    int online = inbox.submitted(Lane.ONLINE).get();
    int offline = inbox.submitted(Lane.OFFLINE).get();
    return online == 0 && offline == 0 ? last : last.withSubmitted(online, offline);
  }

  @Override
  public byte[] spell(int tokenId) {
    return decoders.spell(tokenId);
  }

  @Override
  public TokenMask.Factory constrain(String responseFormat) {
    return decoders.constrain(responseFormat);
  }

  @Override
  public void close() {
    State before = state.getAndSet(State.CLOSED);
    if (before == State.NEW) {
      runner.close();
    } else if (before == State.RUNNING) {
      loop.stop();
      inbox.wake();
      join(thread);
    }
  }

  @Override
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    Thread stepping = thread;
    if (stepping != null) {
      stepping.join(Math.max(1, limit.toMillis()));
    }
    return stepping == null || !stepping.isAlive();
  }

  private static void join(Thread thread) {
    if (thread == Thread.currentThread()) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(CLOSE_TIMEOUT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn(
          "{} is still in a step {} ms after close; it frees its memory when the step ends",
          thread.getName(),
          CLOSE_TIMEOUT_MILLIS);
    }
  }
}
