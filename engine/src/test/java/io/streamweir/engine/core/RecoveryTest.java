package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EnginePolicy;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.ManualClock;
import io.streamweir.engine.RecordingListener;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Steps that throw, and lose what was computed before unless the runner knows who is to blame. */
class RecoveryTest {
  private static final int VOCAB = 500;
  private static final int BLOCKS = 40;
  private static final int COUNT = 30;
  private static final SamplingParams SAMPLING =
      SamplingParams.builder(COUNT).ignoreEos(true).build();

  private final RecordingListener listener = new RecordingListener();
  private final ChainRunner runner = new ChainRunner(BLOCKS, 16, VOCAB);
  private BatchingEngine engine;

  /** Starts an engine whose steps throw what {@code faults} says. */
  private void start(Function<ScheduledStep, RuntimeException> faults) {
    runner.faults = faults;
    EngineConfig limits =
        EngineConfig.forCpu(Path.of("."), 1)
            .withPolicy(EnginePolicy.defaults().withMostRestarts(4));
    ModelFacts facts = new ModelFacts("chain", VOCAB, 256, Set.of(), BLOCKS);
    engine = new BatchingEngine(limits, facts, runner, SpellingDecoder::new, new ManualClock());
    engine.start(listener);
  }

  @AfterEach
  void close() {
    listener.releaseSteps();
    engine.close();
  }

  private static int[] prompt(int i) {
    return new int[] {i, 7, 9, i};
  }

  /** Submits them one after the other while the engine is held up, so that they share steps. */
  private void submit(String... ids) {
    Semaphore gate = listener.holdSteps();
    engine.submit(Requests.online("opener", new int[] {1}, SamplingParams.greedy(1)));
    gate.release(1);
    for (int i = 0; i < ids.length; i++) {
      engine.submit(Requests.online(ids[i], prompt(i), SAMPLING));
    }
    listener.releaseSteps();
  }

  private void assertUndisturbed(String id, int i) {
    listener.awaitFinish(id);
    assertThat(listener.tokens(id)).isEqualTo(ChainRunner.completion(prompt(i), COUNT, VOCAB));
  }

  private static boolean holds(ScheduledStep step, String id, int generated) {
    return step.chunks().stream()
        .map(Chunk::sequence)
        .anyMatch(sequence -> sequence.id().equals(id) && sequence.generated() >= generated);
  }

  /** Throws at the steps with these numbers, from 0. */
  private static Function<ScheduledStep, RuntimeException> atSteps(Integer... numbers) {
    int[] count = {0};
    Set<Integer> at = Set.of(numbers);
    return step -> at.contains(count[0]++) ? new IllegalStateException("fault") : null;
  }

  @Test
  void shouldGoOnFromTheTokensWhenAStepThrowsOnce() {
    start(atSteps(10));
    submit("a", "b", "c");
    assertUndisturbed("a", 0);
    assertUndisturbed("b", 1);
    assertUndisturbed("c", 2);
    assertThat(runner.recoveries).isEqualTo(1);
    assertThat(engine.statistics().work().restarts()).isEqualTo(1);
    listener.assertClean();
  }

  @Test
  void shouldEndTheSequenceAloneWhenItMakesEveryStepThrow() {
    start(step -> holds(step, "bad", 3) ? new IllegalStateException("bad one") : null);
    submit("a", "bad", "c");
    SequenceOutput end = listener.awaitFinish("bad");
    assertThat(end.error().code()).isEqualTo("engine_step_error");
    assertThat(end.error().message()).contains("bad one");
    assertThat(listener.tokens("bad")).hasSize(3);
    assertUndisturbed("a", 0);
    assertUndisturbed("c", 2);
    listener.assertClean();
  }

  @Test
  void shouldEndEveryOneThatIsToBlameWhenThereAreSeveral() {
    start(
        step ->
            holds(step, "bad", 3) || holds(step, "worse", 5) || holds(step, "worst", 7)
                ? new IllegalStateException("fault")
                : null);
    submit("a", "bad", "worse", "worst");
    for (String id : List.of("bad", "worse", "worst")) {
      assertThat(listener.awaitFinish(id).finishReason()).isEqualTo(FinishReason.ERROR);
    }
    assertUndisturbed("a", 0);
    listener.assertClean();
  }

  @Test
  void shouldEndTheCulpritAtOnceWhenTheRunnerNamesIt() {
    List<ScheduledStep> steps = new ArrayList<>();
    List<ScheduledStep> failed = new ArrayList<>();
    start(step -> null);
    runner.known =
        step -> {
          steps.add(step);
          Sequence bad =
              step.chunks().stream()
                  .map(Chunk::sequence)
                  .filter(sequence -> sequence.id().equals("bad") && sequence.generated() == 13)
                  .findFirst()
                  .orElse(null);
          if (bad == null) {
            return null;
          }
          failed.add(step);
          return new StepFailedException(Set.of(bad), new IllegalStateException("bad one"));
        };
    submit("a", "bad", "c");
    assertThat(listener.awaitFinish("bad").error().code()).isEqualTo("engine_step_error");
    assertUndisturbed("a", 0);
    assertUndisturbed("c", 2);
    assertThat(runner.recoveries).isZero();
    // It takes its second block in the step that fails, and nothing of it was prepared.
    ScheduledStep next = steps.get(steps.indexOf(failed.get(0)) + 1);
    assertThat(failed.get(0).freshBlocks()).isNotEmpty();
    assertThat(Arrays.stream(next.freshBlocks()).boxed().toList())
        .containsAll(Arrays.stream(failed.get(0).freshBlocks()).boxed().toList());
    listener.assertClean();
  }

  @Test
  void shouldGiveUpWithoutEndingAnyoneWhenNothingCanBeComputed() {
    start(step -> holds(step, "a", 2) ? breakDown() : null);
    submit("a", "b");
    assertThat(listener.awaitFailure()).hasMessage("device lost");
    assertThat(listener.of("a")).noneMatch(SequenceOutput::finished);
    assertThat(listener.of("b")).noneMatch(SequenceOutput::finished);
  }

  private RuntimeException breakDown() {
    runner.failure = new IllegalStateException("device lost");
    return runner.failure;
  }

  @Test
  void shouldGiveUpWhenStepsThrowAgainAndAgainWithNobodyToBlame() {
    int[] count = {0};
    start(
        step ->
            step.chunks().size() > 1 && ++count[0] % 3 == 0
                ? new IllegalStateException("overheated")
                : null);
    submit("a", "b", "c");
    assertThat(listener.awaitFailure()).hasMessage("overheated");
    assertThat(runner.recoveries).isEqualTo(4);
    assertThat(listener.of("a")).noneMatch(SequenceOutput::finished);
  }

  @Test
  void shouldForgiveWhenStepsThrowRarely() {
    start(atSteps(150, 300, 450, 600, 750, 900));
    for (int round = 0; round < 40; round++) {
      String id = "round " + round;
      engine.submit(Requests.online(id, prompt(round), SAMPLING));
      assertUndisturbed(id, round);
    }
    assertThat(runner.recoveries).isEqualTo(6);
    listener.assertClean();
  }

  @Test
  void shouldCancelASuspectWhenAskedTo() {
    start(step -> holds(step, "bad", 3) ? cancelling("c") : null);
    submit("a", "bad", "c");
    assertThat(listener.awaitFinish("c").finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(listener.awaitFinish("bad").finishReason()).isEqualTo(FinishReason.ERROR);
    assertUndisturbed("a", 0);
    listener.assertClean();
  }

  private RuntimeException cancelling(String id) {
    engine.cancel(id, FinishReason.CANCELLED);
    return new IllegalStateException("fault");
  }
}
