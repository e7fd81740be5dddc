package io.streamweir.engine.core;

import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A model without arithmetic whose next token still depends on every token before it, through the
 * block pool: slot p holds a hash of slot p - 1 and token p. A block that is shared, leaked, lost
 * or cleared changes the tokens that follow.
 */
final class ChainRunner implements ModelRunner {
  static final long START = 0x5DEECE66DL;
  private static final long LOST = 0xDEAD;

  private final int blockSize;
  private final int vocabSize;
  private final long[] slots;
  volatile boolean closed;
  volatile int poisonToken = -1;
  volatile RuntimeException failure;

  /** What to throw at a step, or null; all computed before is then lost. */
  Function<ScheduledStep, RuntimeException> faults = step -> null;

  /** What to throw at a step whose culprits are known, or null; nothing is lost. */
  volatile Function<ScheduledStep, RuntimeException> known = step -> null;

  volatile int recoveries;

  ChainRunner(int blocks, int blockSize, int vocabSize) {
    this.blockSize = blockSize;
    this.vocabSize = vocabSize;
    slots = new long[blocks * blockSize];
  }

  @Override
  public StepLogits run(ScheduledStep step) {
    if (failure != null) {
      throw failure;
    }
    RuntimeException culprits = known.apply(step);
    if (culprits != null) {
      throw culprits;
    }
    RuntimeException fault = faults.apply(step);
    if (fault != null) {
      Arrays.fill(slots, LOST);
      throw fault;
    }
    for (int block : step.freshBlocks()) {
      for (int i = 0; i < blockSize; i++) {
        slots[block * blockSize + i] = 0;
      }
    }
    List<Integer> rows = new ArrayList<>();
    for (Chunk chunk : step.chunks()) {
      long state = compute(chunk);
      if (chunk.samples()) {
        int last = chunk.sequence().token(chunk.sequence().length() - 1);
        rows.add(last == poisonToken ? -1 : next(state, vocabSize));
      }
    }
    return new Rows(rows);
  }

  private long compute(Chunk chunk) {
    long state = 0;
    for (int p = chunk.start(); p < chunk.start() + chunk.length(); p++) {
      state =
          link(p == 0 ? START : slots[slot(chunk.sequence(), p - 1)], chunk.sequence().token(p));
      slots[slot(chunk.sequence(), p)] = state;
    }
    return state;
  }

  private int slot(Sequence sequence, int position) {
    return sequence.block(position / blockSize) * blockSize + position % blockSize;
  }

  @Override
  public void recover() {
    recoveries++;
  }

  @Override
  public void close() {
    closed = true;
  }

  static long link(long state, int token) {
    return (state ^ (token + 1)) * 0x9E3779B97F4A7C15L + 0x7F4A7C15L;
  }

  static int next(long state, int vocabSize) {
    return (int) Long.remainderUnsigned(state ^ (state >>> 29), vocabSize);
  }

  /** What the model says after a prompt, computed without any pool. */
  static int[] completion(int[] prompt, int count, int vocabSize) {
    long state = START;
    for (int token : prompt) {
      state = link(state, token);
    }
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = next(state, vocabSize);
      state = link(state, tokens[i]);
    }
    return tokens;
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
