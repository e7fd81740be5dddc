package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StepTimePredictorTest {
  private final Random random = new Random(1);
  private final StepTimePredictor predictor = new StepTimePredictor();

  /** Decoding sequences, and a prompt chunk in one of four steps. */
  private StepLoad randomLoad() {
    StepLoad load = StepLoad.NONE;
    for (int i = random.nextInt(16); i >= 0; i--) {
      load = load.plus(random.nextInt(1000), 1);
    }
    return random.nextInt(4) > 0 ? load : load.plus(random.nextInt(500), 2 + random.nextInt(500));
  }

  private void learn(int steps, double factor, double noise) {
    for (int i = 0; i < steps; i++) {
      StepLoad load = randomLoad();
      double micros = factor * SchedulerHarness.micros(load) * (1 + noise * random.nextGaussian());
      predictor.observe(load, micros);
    }
  }

  private double worstError(double factor) {
    double worst = 0;
    for (int i = 0; i < 200; i++) {
      StepLoad load = randomLoad();
      double taken = factor * SchedulerHarness.micros(load);
      worst = Math.max(worst, Math.abs(predictor.predict(load) - taken) / taken);
    }
    return worst;
  }

  @Test
  void shouldPredictNothingWhenItHasSeenFewSteps() {
    learn(19, 1, 0);
    assertThat(predictor.isReady()).isFalse();
    assertThat(predictor.predict(randomLoad())).isZero();
    learn(1, 1, 0);
    assertThat(predictor.predict(randomLoad())).isPositive();
  }

  @Test
  void shouldPredictShortAndLongStepsWhenTheirDurationIsNoisy() {
    learn(600, 1, 0.05);
    assertThat(worstError(1)).isLessThan(0.1);
    assertThat(predictor.meanError()).isEqualTo(0.04, within(0.03));
  }

  @Test
  void shouldFollowWhenTheMachineBecomesSlowerOrFaster() {
    learn(600, 1, 0.02);
    learn(200, 3, 0.02);
    assertThat(worstError(3)).isLessThan(0.15);
    learn(300, 0.5, 0.02);
    assertThat(worstError(0.5)).isLessThan(0.15);
  }

  /** Half of the steps take twice as long, for no reason that a step would know. */
  @Test
  void shouldPredictTheMeanWhenTheMachineIsShared() {
    double predicted = 0;
    double taken = 0;
    for (int i = 0; i < 2_000; i++) {
      StepLoad load = randomLoad();
      double micros = SchedulerHarness.micros(load) * (random.nextBoolean() ? 2 : 1);
      predicted += i < 200 ? 0 : predictor.predict(load);
      taken += i < 200 ? 0 : micros;
      predictor.observe(load, micros);
    }
    assertThat(predicted / taken).isEqualTo(1, within(0.08));
  }

  @Test
  void shouldNotBeUpsetWhenTheMachinePauses() {
    learn(600, 1, 0.02);
    predictor.observe(randomLoad(), 3_000_000);
    assertThat(worstError(1)).isLessThan(0.5);
    learn(200, 1, 0.02);
    assertThat(worstError(1)).isLessThan(0.1);
  }

  @Test
  void shouldStillKnowPromptsWhenThereWereNoneForLong() {
    learn(600, 1, 0);
    for (int i = 0; i < 200_000; i++) {
      StepLoad decodes = StepLoad.NONE.plus(i % 1000, 1).plus(i % 700, 1);
      predictor.observe(decodes, SchedulerHarness.micros(decodes));
    }
    StepLoad prompt = StepLoad.NONE.plus(0, 400);
    assertThat(predictor.predict(prompt))
        .isCloseTo(SchedulerHarness.micros(prompt), within(SchedulerHarness.micros(prompt) * 0.2));
  }

  @Test
  void shouldNeverPredictLessWhenThereIsMoreToDo() {
    for (int i = 0; i < 500; i++) {
      predictor.observe(randomLoad(), 1_000 + random.nextInt(100_000));
      StepLoad load = randomLoad();
      double before = predictor.predict(load);
      assertThat(predictor.predict(load.plus(100, 50))).isGreaterThanOrEqualTo(before);
      assertThat(predictor.predict(load.plus(2000, 1))).isGreaterThanOrEqualTo(before);
    }
  }
}
