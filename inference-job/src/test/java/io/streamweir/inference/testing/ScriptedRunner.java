package io.streamweir.inference.testing;

import io.streamweir.engine.core.ModelRunner;
import io.streamweir.engine.core.ScheduledStep;
import io.streamweir.engine.core.Sequence;
import io.streamweir.engine.core.StepLogits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A model whose next token is a function of all tokens before it, and which some prompts break: the
 * first token of the prompt says how.
 */
public final class ScriptedRunner implements ModelRunner {

  public static final int VOCABULARY = 1000;

  /** First prompt token: every run says something else, which is taken apart. */
  public static final int RANDOM = 990;

  /** First prompt token: the step that would make the third token throws, always. */
  public static final int KILLS_ENGINE = 991;

  /** The same, but only once per request. */
  public static final int KILLS_ENGINE_ONCE = 992;

  /** First prompt token: the logits are NaN. */
  public static final int NOT_A_NUMBER = 993;

  /** First prompt token: submitting it fails the task, once per request. */
  public static final int FAILS_TASK_ONCE = 994;

  private static final Set<String> SPENT = ConcurrentHashMap.newKeySet();
  private static final int FATAL_COMPLETION_TOKENS = 2;

  private final long stepNanos;

  ScriptedRunner(long stepNanos) {
    this.stepNanos = stepNanos;
  }

  /** True the first time that it is asked for an id. */
  static boolean spend(String id) {
    return SPENT.add(id);
  }

  /** What the model says after a prompt. */
  public static List<Integer> completion(List<Integer> prompt, int count) {
    var tokens = new ArrayList<>(prompt);
    for (int i = 0; i < count; i++) {
      tokens.add(next(tokens));
    }
    return tokens.subList(prompt.size(), tokens.size());
  }

  /** The text of these tokens. */
  public static String text(List<Integer> tokens) {
    var text = new StringBuilder();
    tokens.forEach(token -> text.append(word(token)));
    return text.toString();
  }

  static String word(int token) {
    return token + " ";
  }

  /** A request that comes in wakes the thread, which does not make the step shorter. */
  private void takeTime() {
    var end = System.nanoTime() + stepNanos;
    while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  @Override
  public StepLogits run(ScheduledStep step) {
    takeTime();
    var best = new ArrayList<Integer>();
    for (var chunk : step.chunks()) {
      var sequence = chunk.sequence();
      breakIfToldTo(sequence);
      if (chunk.samples()) {
        best.add(
            switch (sequence.token(0)) {
              case NOT_A_NUMBER -> -1;
              case RANDOM -> ThreadLocalRandom.current().nextInt(900);
              default -> next(tokens(sequence));
            });
      }
    }
    return new Rows(best);
  }

  private static void breakIfToldTo(Sequence sequence) {
    var kind = sequence.token(0);
    var promptLength = sequence.token(1);
    if (sequence.length() < promptLength + FATAL_COMPLETION_TOKENS) {
      return;
    }
    if (kind == KILLS_ENGINE || (kind == KILLS_ENGINE_ONCE && spend(sequence.id()))) {
      // No exception: an engine gets over those by itself.
      throw new InternalError("The script says that " + sequence.id() + " breaks it");
    }
  }

  private static List<Integer> tokens(Sequence sequence) {
    var tokens = new ArrayList<Integer>(sequence.length());
    for (int i = 0; i < sequence.length(); i++) {
      tokens.add(sequence.token(i));
    }
    return tokens;
  }

  private static int next(List<Integer> tokens) {
    return Math.floorMod(tokens.hashCode(), 900);
  }

  @Override
  public void close() {
    // There is nothing to free.
  }

  private record Rows(List<Integer> best) implements StepLogits {
    @Override
    public float max(int row) {
      return best.get(row) < 0 ? Float.NaN : 1;
    }

    @Override
    public int argmax(int row) {
      return best.get(row);
    }

    @Override
    public void copy(int row, float[] into) {
      Arrays.fill(into, 0);
      into[best.get(row)] = 1;
    }
  }
}
