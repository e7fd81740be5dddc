package io.streamweir.engine.core;

import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A step while the scheduler fills it, with what is left of its bounds. */
final class StepPlan {
  private final List<Chunk> chunks = new ArrayList<>();
  private final IntList freshBlocks = new IntList(8);
  private final Set<Long> pendingBlocks = new HashSet<>();
  private int rowsLeft;
  private int tokensLeft;
  private int prefillTokensLeft;
  private boolean prefills;

  StepPlan(int rows, int tokens) {
    rowsLeft = rows;
    tokensLeft = tokens;
    prefillTokensLeft = tokens;
  }

  /** Lowers what is left for the sequences planned from now on. */
  void restrict(int rows, int prefillTokens) {
    rowsLeft = Math.min(rowsLeft, rows);
    prefillTokensLeft = Math.min(prefillTokensLeft, prefillTokens);
  }

  /** How many of the tokens that the sequence still has to compute fit into the step. */
  int fitting(int remaining) {
    if (rowsLeft == 0) {
      return 0;
    }
    return Math.min(remaining, remaining == 1 ? tokensLeft : prefillRoom());
  }

  private int prefillRoom() {
    return Math.min(tokensLeft, prefillTokensLeft);
  }

  void add(Sequence sequence, int length) {
    boolean prefill = sequence.remaining() > 1;
    chunks.add(new Chunk(sequence, sequence.computed(), length));
    rowsLeft--;
    tokensLeft -= length;
    if (prefill) {
      prefillTokensLeft -= length;
      prefills = true;
    }
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
