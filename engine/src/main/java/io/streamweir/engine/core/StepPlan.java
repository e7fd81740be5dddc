package io.streamweir.engine.core;

import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A step while the scheduler fills it, with what is left of its bounds. */
final class StepPlan {
  private final StepTimePredictor predictor;
  private final int leastChunk;
  private final List<Chunk> chunks = new ArrayList<>();
  private final List<Sequence> decoding = new ArrayList<>();
  private final IntList freshBlocks = new IntList(8);
  private final Set<Long> pendingBlocks = new HashSet<>();
  private StepLoad load = StepLoad.NONE;
  private long budgetMicros = Long.MAX_VALUE;
  private int rowsLeft;
  private int tokensLeft;
  private int forcedLeft;
  private int prefillTokensLeft;
  private boolean prefills;
  private boolean firm;

  StepPlan(SchedulerLimits limits, StepTimePredictor predictor) {
    this.predictor = predictor;
    leastChunk = limits.leastChunkTokens();
    rowsLeft = limits.maxRunning();
    tokensLeft = limits.maxStepTokens();
    forcedLeft = Math.min(leastChunk, limits.maxStepTokens() - limits.maxRunning());
    prefillTokensLeft = predictor.isReady() ? tokensLeft : limits.unpredictedTokens();
  }

  /** Lowers what is left for the sequences planned from now on, and grants them no exception. */
  void restrict(int rows, int prefillTokens) {
    firm = true;
    rowsLeft = Math.min(rowsLeft, rows);
    prefillTokensLeft = Math.min(prefillTokensLeft, prefillTokens);
    forcedLeft = Math.min(forcedLeft, prefillTokens);
  }

  /** Lowers how long the step may be predicted to take with what is planned from now on. */
  void bound(long micros) {
    budgetMicros = Math.min(budgetMicros, micros);
  }

  /** How long the step is predicted to take as it is; 0 while nobody can tell. */
  long predictedMicros() {
    return (long) predictor.predict(load);
  }

  boolean hasRow() {
    return rowsLeft > 0 && tokensLeft > 0;
  }

  /** Whether the step may be longer by a decoding sequence; a step that is empty may. */
  boolean affordsRow(Sequence sequence) {
    return hasRow() && (chunks.isEmpty() || affords(sequence.computed(), 1));
  }

  /**
   * How many tokens a decoding sequence computes in this step, which has a row for it: one, and the
   * forced ones if the step has the time for them. All sequences together get no more of these than
   * the least chunk of a prompt has, so that nobody's tokens wait for them.
   */
  int decodable(Sequence sequence) {
    int forced = Math.min(sequence.remaining() - 1, Math.min(forcedLeft, tokensLeft - 1));
    return forced > 0 && affords(sequence.computed(), 1 + forced) ? 1 + forced : 1;
  }

  /**
   * How many of the tokens that the sequence still has to compute fit into the step. The first
   * prompt of a step gets a chunk however long the step is without it, so that prompts go on; a
   * chunk that would be shorter than that is not worth its step.
   */
  int fitting(Sequence sequence, int most) {
    if (!hasRow()) {
      return 0;
    }
    if (sequence.decodes()) {
      return !firm || affordsRow(sequence) ? decodable(sequence) : 0;
    }
    int wanted = Math.min(sequence.remaining(), most);
    int length = Math.min(wanted, Math.min(tokensLeft, prefillTokensLeft));
    if (length <= 0 || affords(sequence.computed(), length)) {
      return Math.max(0, length);
    }
    int longest = longestAffordable(sequence.computed(), length);
    int least = Math.min(length, leastChunk);
    if (longest >= least) {
      return longest;
    }
    return prefills || firm ? 0 : least;
  }

  private int longestAffordable(int start, int most) {
    int granted = 0;
    int tooLong = most;
    while (tooLong - granted > 1) {
      int length = (granted + tooLong) >>> 1;
      if (affords(start, length)) {
        granted = length;
      } else {
        tooLong = length;
      }
    }
    return granted;
  }

  private boolean affords(int start, int length) {
    return predictor.predict(load.plus(start, length)) <= budgetMicros;
  }

  void add(Sequence sequence, int length) {
    boolean decodes = sequence.decodes();
    chunks.add(new Chunk(sequence, sequence.computed(), length));
    load = load.plus(sequence.computed(), length);
    rowsLeft--;
    tokensLeft -= length;
    if (decodes) {
      forcedLeft -= length - 1;
      decoding.add(sequence);
    } else {
      prefillTokensLeft -= length;
      prefills = true;
    }
  }

  /** The sequences in it that are decoding. */
  List<Sequence> decoding() {
    return decoding;
  }

  /** Whether some sequence in it is not decoding. */
  boolean prefills() {
    return prefills;
  }

  IntList freshBlocks() {
    return freshBlocks;
  }

  /** Hashes of the blocks that the step's prompt chunks complete. */
  Set<Long> pendingBlocks() {
    return pendingBlocks;
  }

  ScheduledStep toStep() {
    return new ScheduledStep(chunks, freshBlocks.toArray());
  }
}
