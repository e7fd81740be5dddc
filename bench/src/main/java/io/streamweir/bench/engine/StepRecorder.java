package io.streamweir.bench.engine;

import com.sun.management.ThreadMXBean;
import io.streamweir.engine.EngineListener;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.StepResult;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Remembers steps and tokens with their times, and lets another thread wait for finishes. */
final class StepRecorder implements EngineListener {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Trace> traces = new HashMap<>();
  private Throwable failure;

  /**
   * A step.
   *
   * @param endNanos {@link System#nanoTime} when the listener heard of it
   * @param modelMicros what the model took
   * @param allocatedBytes what the engine's thread had allocated by then, since its start
   */
  record Step(long endNanos, int sequences, int tokens, long modelMicros, long allocatedBytes) {}

  /** The way of a sequence; times are {@link System#nanoTime}. */
  static final class Trace {
    private final long submittedNanos = System.nanoTime();
    private final List<Long> tokenNanos = new ArrayList<>();
    private int cachedPromptTokens;
    private boolean finished;

    double ttftMillis() {
      return (tokenNanos.get(0) - submittedNanos) / 1e6;
    }

    /** Mean time between tokens; NaN for a sequence of one. */
    double tpotMillis() {
      int intervals = tokenNanos.size() - 1;
      return (tokenNanos.get(intervals) - tokenNanos.get(0)) / 1e6 / intervals;
    }

    long lastNanos() {
      return tokenNanos.get(tokenNanos.size() - 1);
    }

    int cachedPromptTokens() {
      return cachedPromptTokens;
    }

    long tokensBetween(long fromNanos, long toNanos) {
      return tokenNanos.stream().filter(at -> at >= fromNanos && at < toNanos).count();
    }
  }

  /** To be called before the sequence is submitted. */
  synchronized void expect(String sequenceId) {
    traces.put(sequenceId, new Trace());
  }

  @Override
  public synchronized void onStep(StepResult result) {
    long now = System.nanoTime();
    var work = result.statistics().work();
    steps.add(
        new Step(
            now,
            work.lastSequences(),
            work.lastTokens(),
            work.lastModelMicros(),
            THREADS.getThreadAllocatedBytes(Thread.currentThread().getId())));
    for (SequenceOutput output : result.outputs()) {
      record(output, now);
    }
    notifyAll();
  }

  private void record(SequenceOutput output, long now) {
    Trace trace = traces.get(output.sequenceId());
    for (int i = 0; i < output.tokenIds().length; i++) {
      trace.tokenNanos.add(now);
    }
    trace.cachedPromptTokens = Math.max(trace.cachedPromptTokens, output.cachedPromptTokens());
    trace.finished = output.finished();
    if (output.finishReason() == FinishReason.ERROR) {
      failure = new IllegalStateException(output.sequenceId() + " failed: " + output.error());
    }
  }

  @Override
  public synchronized void onFailure(Throwable cause) {
    failure = cause;
    notifyAll();
  }

  /**
   * Waits until these sequences are finished, and returns their traces in that order.
   *
   * @throws IllegalStateException if one of them or the engine failed
   */
  synchronized List<Trace> await(List<String> sequenceIds) throws InterruptedException {
    for (String id : sequenceIds) {
      while (failure == null && !traces.get(id).finished) {
        wait();
      }
      if (failure != null) {
        throw new IllegalStateException("The engine failed under the benchmark", failure);
      }
    }
    return sequenceIds.stream().map(traces::get).toList();
  }

  /** All steps since the last call. */
  synchronized List<Step> takeSteps() {
    List<Step> taken = List.copyOf(steps);
    steps.clear();
    return taken;
  }
}
