package io.streamweir.engine.core;

import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What to do after a step that threw, so that as few sequences as possible pay for it.
 *
 * <p>The first time, everything is computed again from the tokens: most faults pass. If it throws
 * again, the sequences of the step become suspects and are stepped one at a time, each until it has
 * got a token. A suspect that fails alone twice, on an engine that still computes a probe, is to
 * blame and ends. An engine that fails the probe, or fails ever again without anyone to blame, is
 * broken.
 *
 * <p>Belongs to the engine's thread.
 */
final class Recovery {
  private static final int CALM_STEPS = 100;

  /** What becomes of the engine. */
  enum Verdict {
    /** Compute everything again. */
    RETRY,
    /** The only sequence of the step is to blame, if the engine is sound. */
    PROBE,
    /** The engine is broken. */
    GIVE_UP
  }

  private final int mostFailures;
  private final Deque<Sequence> suspects = new ArrayDeque<>();
  private Sequence failedAlone;
  private int failures;
  private int calm;

  /**
   * @param mostFailures failures without anyone to blame, within {@value #CALM_STEPS} steps of each
   *     other, after which the engine is given up
   */
  Recovery(int mostFailures) {
    this.mostFailures = mostFailures;
  }

  /** A step threw. */
  Verdict failed(ScheduledStep step) {
    boolean again = failures > 0;
    calm = 0;
    if (++failures > mostFailures) {
      return Verdict.GIVE_UP;
    }
    if (step.chunks().size() == 1) {
      Sequence sequence = step.chunks().get(0).sequence();
      boolean twice = failedAlone == sequence;
      failedAlone = sequence;
      return twice ? Verdict.PROBE : Verdict.RETRY;
    }
    failedAlone = null;
    if (again) {
      suspects.clear();
      step.chunks().forEach(chunk -> suspects.add(chunk.sequence()));
    }
    return Verdict.RETRY;
  }

  /** The failure is explained: its sequence was to blame. */
  void blamed(Sequence sequence) {
    forget(sequence);
    failures = 1;
  }

  /** A step did not throw. */
  void succeeded(ScheduledStep step) {
    for (Chunk chunk : step.chunks()) {
      if (chunk.samples()) {
        forget(chunk.sequence());
      }
    }
    if (suspects.isEmpty() && failures > 0 && ++calm >= CALM_STEPS) {
      failures = 0;
    }
  }

  /** The sequence is over, or above suspicion. */
  void forget(Sequence sequence) {
    suspects.remove(sequence);
    if (failedAlone == sequence) {
      failedAlone = null;
    }
  }

  /** The sequence that the next step must be of alone; null if there is none. */
  Sequence suspect() {
    return suspects.peekFirst();
  }
}
