package io.streamweir.engine.core;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.Lane;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tries on this machine, at load, what the engine promises: that the logits of a sequence have the
 * same bits alone with a whole prompt, and with its prompt in pieces among others that come one a
 * step. Some dozens of tokens, so it finds kernels that treat rows by their number, not every rare
 * length of a context; those are the tests' to find.
 */
public final class ReproducibilityCheck {
  private static final int PROMPT = 21;
  private static final int COMPLETION = 4;
  private static final int MATES = 6;
  private static final int LEAST_PROMPT = 2;

  private final ModelRunner runner;
  private final ModelFacts facts;
  private final int blockSize;
  private final int maxStepTokens;
  private final int promptLength;
  private final int blocksEach;
  private final int mates;

  private ReproducibilityCheck(ModelRunner runner, ModelFacts facts, EngineConfig limits) {
    this.runner = runner;
    this.facts = facts;
    blockSize = limits.blockSize();
    maxStepTokens = limits.maxStepTokens();
    long room = Math.min(facts.maxModelLen(), (long) facts.kvBlocks() / 2 * blockSize);
    promptLength = (int) Math.min(PROMPT, Math.min(room - COMPLETION, maxStepTokens));
    blocksEach = (promptLength + COMPLETION + blockSize - 1) / blockSize;
    mates = Math.min(MATES, Math.min(limits.maxRunning() - 1, facts.kvBlocks() / blocksEach - 1));
  }

  /**
   * Runs on the runner's first blocks, whose content is left behind.
   *
   * @return what differs; empty if nothing does
   */
  public static Optional<String> run(ModelRunner runner, ModelFacts facts, EngineConfig limits) {
    ReproducibilityCheck check = new ReproducibilityCheck(runner, facts, limits);
    if (check.promptLength < LEAST_PROMPT) {
      return Optional.of("the context or a step is too short for the test");
    }
    List<float[]> alone = check.alone();
    List<float[]> crowded = check.crowded();
    return IntStream.range(0, COMPLETION)
        .filter(i -> !Arrays.equals(alone.get(i), crowded.get(i)))
        .mapToObj(i -> check.difference(i, alone.get(i), crowded.get(i)))
        .findFirst();
  }

  private String difference(int token, float[] alone, float[] crowded) {
    int at = Arrays.mismatch(alone, crowded);
    return "logit "
        + at
        + " for token "
        + (promptLength + token)
        + " is "
        + alone[at]
        + " alone and "
        + crowded[at]
        + " among "
        + mates
        + " others";
  }

  private List<float[]> alone() {
    Sequence sequence = sequence(0, promptLength);
    List<float[]> rows = new ArrayList<>();
    while (rows.size() < COMPLETION) {
      run(List.of(rest(sequence, promptLength)), sequence, rows);
    }
    return rows;
  }

  private List<float[]> crowded() {
    Sequence sequence = sequence(0, promptLength);
    List<Sequence> present = new ArrayList<>();
    List<float[]> rows = new ArrayList<>();
    while (rows.size() < COMPLETION) {
      List<Chunk> chunks = new ArrayList<>();
      // An odd number, so that the rows of a step do not come in fours.
      chunks.add(rest(sequence, promptLength / 2 | 1));
      int left = maxStepTokens - chunks.get(0).length();
      for (Sequence mate : present) {
        if (left > 0 && mate.length() < blocksEach * blockSize) {
          chunks.add(rest(mate, 1));
          left--;
        }
      }
      if (present.size() < mates) {
        Sequence mate = sequence(1 + present.size(), Math.min(2 + present.size(), promptLength));
        if (left >= mate.length()) {
          chunks.add(rest(mate, mate.length()));
        }
        present.add(mate);
      }
      run(chunks, sequence, rows);
    }
    return rows;
  }

  private static Chunk rest(Sequence sequence, int most) {
    int length = Math.min(most, sequence.length() - sequence.computed());
    return new Chunk(sequence, sequence.computed(), length);
  }

  /** A sequence on blocks of its own. */
  private Sequence sequence(int index, int length) {
    int[] prompt = new int[length];
    Arrays.setAll(prompt, i -> (int) ((1L + i + 31L * index) * 7919 % facts.vocabSize()));
    EngineRequest request =
        new EngineRequest(
            "reproducibility-check-" + index,
            prompt,
            new int[0],
            SamplingParams.greedy(1),
            Lane.ONLINE,
            0,
            Long.MAX_VALUE);
    Sequence sequence = new Sequence(request, index, 0, Integer.MAX_VALUE, null);
    sequence
        .blocks()
        .addAll(IntStream.range(index * blocksEach, (index + 1) * blocksEach).toArray());
    return sequence;
  }

  /** Runs a step and keeps the logits of the first chunk's sequence, if it has any. */
  private void run(List<Chunk> chunks, Sequence kept, List<float[]> rows) {
    int[] fresh =
        kept.computed() == 0 ? IntStream.range(0, (1 + mates) * blocksEach).toArray() : new int[0];
    StepLogits logits = runner.run(new ScheduledStep(chunks, fresh));
    int row = 0;
    for (Chunk chunk : chunks) {
      boolean samples = chunk.samples();
      chunk.sequence().advance(chunk.length());
      if (!samples) {
        continue;
      }
      if (chunk.sequence() == kept) {
        float[] copy = new float[facts.vocabSize()];
        logits.copy(row, copy);
        rows.add(copy);
      }
      chunk.sequence().append(logits.argmax(row++));
    }
  }
}
