package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.Lane;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Scheduler, blocks and a {@link ChainRunner}, stepped by hand; checks the invariants each step.
 */
final class SchedulerHarness {
  static final int VOCAB = 1000;
  static final int BLOCK_SIZE = 4;

  final SchedulerLimits limits;
  final BlockManager blocks;
  final Scheduler scheduler;
  final List<Sequence> inFlight = new ArrayList<>();
  final List<Sequence> finished = new ArrayList<>();
  private final ChainRunner runner;
  private long arrivals;

  SchedulerHarness(SchedulerLimits limits, int totalBlocks) {
    this.limits = limits;
    blocks = new BlockManager(totalBlocks, BLOCK_SIZE);
    scheduler = new Scheduler(limits, blocks);
    runner = new ChainRunner(totalBlocks, BLOCK_SIZE, VOCAB);
  }

  Sequence arrive(Lane lane, int priority, int promptLength, int completion) {
    int[] prompt = new Random(arrivals).ints(promptLength, 0, VOCAB).toArray();
    EngineRequest request =
        new EngineRequest(
            lane + "-" + arrivals,
            prompt,
            new int[0],
            SamplingParams.greedy(completion),
            lane,
            priority,
            Long.MAX_VALUE);
    Sequence sequence =
        new Sequence(
            request, arrivals++, promptLength + completion, new SpellingDecoder(List.of()));
    scheduler.add(sequence);
    inFlight.add(sequence);
    return sequence;
  }

  Sequence online(int promptLength, int completion) {
    return arrive(Lane.ONLINE, 0, promptLength, completion);
  }

  Sequence offline(int promptLength, int completion) {
    return arrive(Lane.OFFLINE, 0, promptLength, completion);
  }

  void cancel(Sequence sequence) {
    scheduler.remove(sequence);
    inFlight.remove(sequence);
  }

  ScheduledStep step() {
    ScheduledStep step = scheduler.schedule();
    check(step);
    StepLogits logits = runner.run(step);
    scheduler.advance(step);
    int row = 0;
    for (Chunk chunk : step.chunks()) {
      if (chunk.samples()) {
        Sequence sequence = chunk.sequence();
        sequence.append(logits.argmax(row++));
        if (sequence.isFull()) {
          scheduler.remove(sequence);
          inFlight.remove(sequence);
          finished.add(sequence);
        }
      }
    }
    return step;
  }

  void steps(int count) {
    for (int i = 0; i < count; i++) {
      step();
    }
  }

  static boolean contains(ScheduledStep step, Sequence sequence) {
    return step.chunks().stream().anyMatch(chunk -> chunk.sequence() == sequence);
  }

  static int tokens(ScheduledStep step, Lane lane, boolean prefill) {
    return step.chunks().stream()
        .filter(c -> c.sequence().lane() == lane)
        .filter(c -> (c.sequence().remaining() > 1) == prefill)
        .mapToInt(Chunk::length)
        .sum();
  }

  private void check(ScheduledStep step) {
    assertThat(step.isEmpty()).isEqualTo(inFlight.isEmpty());
    assertThat(step.chunks()).hasSizeLessThanOrEqualTo(limits.maxRunning());
    assertThat(step.tokens()).isLessThanOrEqualTo(limits.maxStepTokens());
    Set<Sequence> once = new HashSet<>();
    for (Chunk chunk : step.chunks()) {
      Sequence sequence = chunk.sequence();
      assertThat(once.add(sequence)).isTrue();
      assertThat(inFlight).contains(sequence);
      assertThat(chunk.start()).isEqualTo(sequence.computed());
      assertThat(chunk.length()).isPositive();
      assertThat(sequence.blockCount() * BLOCK_SIZE)
          .isGreaterThanOrEqualTo(chunk.start() + chunk.length());
    }
    checkBlocks();
    if (inFlight.stream().anyMatch(s -> s.lane() == Lane.ONLINE)) {
      checkLanes(step);
    }
  }

  private void checkLanes(ScheduledStep step) {
    long rows = step.chunks().stream().filter(c -> c.sequence().lane() == Lane.OFFLINE).count();
    assertThat(rows).isLessThanOrEqualTo(limits.offlineBesideOnline());
    int offlinePrefill = tokens(step, Lane.OFFLINE, true);
    assertThat(offlinePrefill).isLessThanOrEqualTo(limits.offlineChunkTokens());
    if (tokens(step, Lane.ONLINE, true) > 0) {
      assertThat(offlinePrefill).isZero();
    }
  }

  /** Every block has one owner or none, and the count agrees. */
  void checkBlocks() {
    Set<Integer> owned = new HashSet<>();
    for (Sequence sequence : inFlight) {
      for (int i = 0; i < sequence.blockCount(); i++) {
        assertThat(owned.add(sequence.block(i))).isTrue();
      }
    }
    assertThat(blocks.used()).isEqualTo(owned.size());
  }

  /** The tokens of a sequence are those that it would have had alone. */
  static void assertUndisturbed(Sequence sequence) {
    int[] prompt = sequence.request().promptTokenIds();
    int[] expected = ChainRunner.completion(prompt, sequence.generated(), VOCAB);
    for (int i = 0; i < expected.length; i++) {
      assertThat(sequence.token(prompt.length + i)).isEqualTo(expected[i]);
    }
  }
}
