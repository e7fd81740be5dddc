package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.Lane;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntSupplier;

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
  final StepTimePredictor predictor = new StepTimePredictor();
  long now = 1_000_000;
  private final ChainRunner runner;
  private long arrivals;

  /** How many further tokens a sequence gets with a sampled one, as if they were forced. */
  IntSupplier forced = () -> 0;

  SchedulerHarness(SchedulerLimits limits, int totalBlocks) {
    this(limits, new BlockManager(totalBlocks, BLOCK_SIZE, true));
  }

  SchedulerHarness(SchedulerLimits limits, BlockManager blocks) {
    this.limits = limits;
    this.blocks = blocks;
    scheduler = new Scheduler(limits, blocks, predictor);
    runner = new ChainRunner(blocks.total(), BLOCK_SIZE, VOCAB);
  }

  Sequence arrive(Lane lane, int priority, int promptLength, int completion) {
    int[] prompt = new Random(arrivals).ints(promptLength, 0, VOCAB).toArray();
    return arrive(lane, priority, prompt, completion);
  }

  Sequence arrive(Lane lane, int priority, int[] prompt, int completion) {
    EngineRequest request =
        new EngineRequest(
            lane + "-" + arrivals,
            prompt,
            new int[0],
            SamplingParams.greedy(completion),
            lane,
            priority,
            Long.MAX_VALUE);
    return arrive(request);
  }

  Sequence arrive(EngineRequest request) {
    int longest = request.promptTokenIds().length + request.sampling().maxTokens();
    Sequence sequence =
        new Sequence(request, arrivals++, now, longest, new SpellingDecoder(List.of()));
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
    ScheduledStep step = scheduler.schedule(now);
    check(step);
    double micros = micros(StepLoad.of(step));
    predictor.observe(StepLoad.of(step), micros);
    now += Math.round(micros / 1000);
    StepLogits logits = runner.run(step);
    scheduler.advance(step);
    int row = 0;
    for (Chunk chunk : step.chunks()) {
      if (chunk.samples()) {
        Sequence sequence = chunk.sequence();
        sequence.append(logits.argmax(row++));
        appendForced(sequence);
        if (sequence.isFull()) {
          scheduler.remove(sequence);
          inFlight.remove(sequence);
          finished.add(sequence);
        }
      }
    }
    return step;
  }

  private void appendForced(Sequence sequence) {
    int count = Math.min(forced.getAsInt(), Continuation.MOST_FORCED);
    int[] prompt = sequence.request().promptTokenIds();
    int[] truth = ChainRunner.completion(prompt, sequence.generated() + count, VOCAB);
    for (int i = sequence.generated(); i < truth.length && !sequence.isFull(); i++) {
      sequence.append(truth[i]);
    }
  }

  /** How long a step takes here. */
  static double micros(StepLoad load) {
    return 5_000
        + 300 * load.decodes()
        + 2 * load.decodes() * load.longest()
        + 500 * load.chunks()
        + 1_000 * load.tokens()
        + load.attention();
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
        .filter(c -> c.sequence().decodes() != prefill)
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
    checkDuration(step);
    if (inFlight.stream().anyMatch(s -> s.lane() == Lane.ONLINE)) {
      checkLanes(step);
    }
  }

  private void checkLanes(ScheduledStep step) {
    long rows = step.chunks().stream().filter(c -> c.sequence().lane() == Lane.OFFLINE).count();
    assertThat(rows - promoted(step)).isLessThanOrEqualTo(limits.offlineBesideOnline());
    int offlinePrefill = tokens(step, Lane.OFFLINE, true);
    assertThat(promoted(step)).isLessThanOrEqualTo(1);
    if (promoted(step) == 0) {
      assertThat(offlinePrefill).isLessThanOrEqualTo(limits.offlineChunkTokens());
      if (tokens(step, Lane.ONLINE, true) > 0) {
        assertThat(offlinePrefill).isZero();
      }
    }
  }

  private static long promoted(ScheduledStep step) {
    return step.chunks().stream()
        .map(Chunk::sequence)
        .filter(s -> s.lane() == Lane.OFFLINE && s.rankedLane() == Lane.ONLINE)
        .count();
  }

  /** Prompts keep to what decoding online sequences may wait, or are as short as they can be. */
  private void checkDuration(ScheduledStep step) {
    long patience =
        step.chunks().stream()
            .map(Chunk::sequence)
            .filter(s -> s.rankedLane() == Lane.ONLINE && s.decodes())
            .mapToLong(s -> s.request().slo().tpotMillis() * 1000)
            .map(
                tpot ->
                    tpot > 0
                        ? Math.max(tpot, limits.leastPatienceMicros())
                        : limits.stepBudgetMicros())
            .min()
            .orElse(Long.MAX_VALUE);
    int prefill = tokens(step, Lane.ONLINE, true) + tokens(step, Lane.OFFLINE, true);
    if (predictor.isReady() && prefill > limits.leastChunkTokens()) {
      assertThat(predictor.predict(StepLoad.of(step))).isLessThanOrEqualTo(patience);
    }
  }

  /** A block with several holders is a full one of equal beginnings; the count agrees. */
  void checkBlocks() {
    Map<Integer, Long> held = new HashMap<>();
    for (Sequence sequence : inFlight) {
      long beginning = ChainRunner.START;
      for (int i = 0; i < sequence.blockCount(); i++) {
        int end = Math.min(sequence.length(), (i + 1) * BLOCK_SIZE);
        for (int position = i * BLOCK_SIZE; position < end; position++) {
          beginning = ChainRunner.link(beginning, sequence.token(position));
        }
        Long other = held.putIfAbsent(sequence.block(i), beginning);
        if (other != null) {
          assertThat(i).isLessThan(sequence.shared());
          assertThat(beginning).isEqualTo(other);
        }
      }
    }
    assertThat(blocks.used()).isEqualTo(held.size());
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
