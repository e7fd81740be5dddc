package io.streamweir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Remembers what an engine said, checks on the way that the indices of a sequence are continuous
 * and that nothing follows its finish, and lets a test wait for what is to come.
 */
public final class RecordingListener implements EngineListener {
  private static final long TIMEOUT_SECONDS = 60;

  private final Map<String, List<SequenceOutput>> outputs = new ConcurrentHashMap<>();
  private final List<StepResult> steps = new CopyOnWriteArrayList<>();
  private final List<SequenceOutput> refusedTwins = new CopyOnWriteArrayList<>();
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final Semaphore changes = new Semaphore(0);
  private volatile Semaphore gate;

  @Override
  public void onStep(StepResult result) throws InterruptedException {
    Semaphore held = gate;
    if (held != null) {
      held.acquire();
    }
    for (SequenceOutput output : result.outputs()) {
      record(output);
    }
    steps.add(result);
    changes.release();
  }

  private void record(SequenceOutput output) {
    if ((output.finishReason() == FinishReason.ERROR) != (output.error() != null)) {
      violations.add(output + " has an error without ERROR, or the reverse");
    }
    if (output.error() != null && output.error().code().equals("duplicate_sequence_id")) {
      refusedTwins.add(output);
      return;
    }
    List<SequenceOutput> earlier =
        outputs.computeIfAbsent(output.sequenceId(), id -> new CopyOnWriteArrayList<>());
    if (!earlier.isEmpty()) {
      SequenceOutput last = earlier.get(earlier.size() - 1);
      if (last.finished()) {
        violations.add(output + " follows the finish " + last);
      }
      if (output.firstIndex() != last.firstIndex() + last.tokenIds().length) {
        violations.add(output + " does not continue " + last);
      }
    }
    earlier.add(output);
  }

  @Override
  public void onFailure(Throwable cause) {
    failures.add(cause);
    changes.release();
  }

  /** From now on each step waits for a permit of the returned gate. */
  public Semaphore holdSteps() {
    Semaphore held = new Semaphore(0);
    gate = held;
    return held;
  }

  /** Lets steps pass again. */
  public void releaseSteps() {
    Semaphore held = gate;
    gate = null;
    if (held != null) {
      held.release(Integer.MAX_VALUE / 2);
    }
  }

  public void await(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    try {
      while (!condition.getAsBoolean()) {
        long left = end - System.nanoTime();
        if (left <= 0 || !changes.tryAcquire(left, TimeUnit.NANOSECONDS)) {
          fail("After %s s: %s", TIMEOUT_SECONDS, what);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("interrupted while waiting until " + what);
    }
  }

  /** Waits for the finish of a sequence and returns it. */
  public SequenceOutput awaitFinish(String sequenceId) {
    await(() -> isFinished(sequenceId), sequenceId + " is not finished");
    return finishes(sequenceId).get(0);
  }

  public void awaitTokens(String sequenceId, int count) {
    await(
        () -> tokens(sequenceId).length >= count,
        sequenceId + " has fewer than " + count + " tokens");
  }

  public Throwable awaitFailure() {
    await(() -> !failures.isEmpty(), "the engine has not failed");
    return failures.get(0);
  }

  public boolean isFinished(String sequenceId) {
    return !finishes(sequenceId).isEmpty();
  }

  public List<SequenceOutput> finishes(String sequenceId) {
    return of(sequenceId).stream().filter(SequenceOutput::finished).toList();
  }

  public List<SequenceOutput> of(String sequenceId) {
    return outputs.getOrDefault(sequenceId, List.of());
  }

  /** All tokens of a sequence so far. */
  public int[] tokens(String sequenceId) {
    return of(sequenceId).stream()
        .flatMapToInt(output -> Arrays.stream(output.tokenIds()))
        .toArray();
  }

  /** All text of a sequence so far. */
  public String text(String sequenceId) {
    StringBuilder text = new StringBuilder();
    of(sequenceId).forEach(output -> text.append(output.text()));
    return text.toString();
  }

  /** Finishes of sequences whose id was in flight already. */
  public List<SequenceOutput> refusedTwins() {
    return List.copyOf(refusedTwins);
  }

  public List<StepResult> steps() {
    return new ArrayList<>(steps);
  }

  /** Fails if the engine broke a rule of the SPI or gave up. */
  public void assertClean() {
    assertThat(violations).isEmpty();
    assertThat(failures).isEmpty();
  }
}
