package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.Lane;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.TenantShare;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several tenants want more than there is. */
class TenantFairnessTest {

  private static final SchedulerLimits LIMITS = new SchedulerLimits(4, 64, 2, 16);
  private static final int PROMPT = 8;
  private static final int COMPLETION = 8;

  private final SchedulerHarness harness = new SchedulerHarness(LIMITS, 200);
  private int numbers;

  @ParameterizedTest
  @EnumSource(Lane.class)
  void shouldServeALateTenantBesideTheBacklogOfAnother(Lane lane) {
    for (var i = 0; i < 60; i++) {
      arrive("crowd", 1, lane, 0, COMPLETION);
    }
    harness.steps(2 * COMPLETION);
    var late = new ArrayList<Sequence>();
    for (var i = 0; i < 5; i++) {
      late.add(arrive("late", 1, lane, 0, COMPLETION));
    }
    var before = harness.finished.size();
    while (!harness.finished.containsAll(late)) {
      harness.step();
    }
    // Half of what ends from now on is theirs, but for the four that had begun.
    assertThat(harness.finished.size() - before).isLessThanOrEqualTo(2 * late.size() + 5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void shouldShareTokensByWeight(int weight) {
    for (var i = 0; i < 300; i++) {
      arrive("heavy", weight, Lane.ONLINE, 0, COMPLETION);
      arrive("light", 1, Lane.ONLINE, 0, COMPLETION);
    }
    harness.steps(400);

    var heavy = tokensOf("heavy");
    var light = tokensOf("light");
    assertThat(harness.inFlight).as("both still wait").hasSizeGreaterThan(200 / weight);
    assertThat((double) heavy / light).isCloseTo(weight, within(0.1 * weight));
  }

  @Test
  void shouldCountTokensAndNotRequests() {
    for (var i = 0; i < 200; i++) {
      arrive("long", 1, Lane.ONLINE, 0, 3 * COMPLETION);
      arrive("short", 1, Lane.ONLINE, 0, COMPLETION);
    }
    harness.steps(400);
    assertThat((double) tokensOf("long") / tokensOf("short")).isCloseTo(1, within(0.1));
  }

  @Test
  void shouldNotMakeATenantPayForWhatNobodyElseWanted() {
    for (var i = 0; i < 100; i++) {
      arrive("first", 1, Lane.ONLINE, 0, COMPLETION);
    }
    while (!harness.inFlight.isEmpty()) {
      harness.step();
    }
    harness.finished.clear();
    for (var i = 0; i < 100; i++) {
      arrive("second", 1, Lane.ONLINE, 0, COMPLETION);
      arrive("first", 1, Lane.ONLINE, 0, COMPLETION);
    }
    harness.steps(200);
    assertThat((double) tokensOf("first") / tokensOf("second")).isCloseTo(1, within(0.15));
  }

  /** However many, however urgent: whoever waits is served before long. */
  @Test
  void shouldStarveNobodyWhenAnotherTenantFloodsWithHighPriority() {
    var waited = new ArrayList<Sequence>();
    for (var step = 0; step < 600; step++) {
      arrive("flood", 1, Lane.ONLINE, 1000, COMPLETION);
      if (step % 50 == 10) {
        waited.add(arrive("trickle", 1, Lane.ONLINE, 0, COMPLETION));
      }
      if (step % 50 == 49) {
        assertThat(harness.finished).containsAll(waited);
      }
      harness.step();
    }
    assertThat(waited).hasSize(12);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldEndAllWhateverTheTenants(long seed) {
    var random = new Random(seed);
    for (var i = 0; i < 300; i++) {
      var weight = 1 + random.nextInt(4);
      arrive(
          "tenant-" + weight,
          weight,
          random.nextBoolean() ? Lane.ONLINE : Lane.OFFLINE,
          random.nextInt(3),
          1 + random.nextInt(12));
      if (random.nextInt(3) == 0) {
        harness.step();
      }
      if (random.nextInt(20) == 0) {
        harness.cancel(harness.inFlight.get(random.nextInt(harness.inFlight.size())));
      }
    }
    for (var steps = 0; !harness.inFlight.isEmpty(); steps++) {
      assertThat(steps).isLessThan(5000);
      harness.step();
    }
  }

  private Sequence arrive(String tenant, int weight, Lane lane, int priority, int completion) {
    var number = numbers++;
    var prompt = new Random(number).ints(PROMPT, 0, SchedulerHarness.VOCAB).toArray();
    return harness.arrive(
        new EngineRequest(
                tenant + "-" + number,
                prompt,
                new int[0],
                SamplingParams.greedy(completion),
                lane,
                priority,
                Long.MAX_VALUE)
            .withShare(new TenantShare(tenant, weight)));
  }

  private long tokensOf(String tenant) {
    var all = new ArrayList<>(harness.finished);
    all.addAll(harness.inFlight);
    return all.stream()
        .filter(sequence -> sequence.share().tenant().equals(tenant))
        .mapToLong(sequence -> sequence.generated() == 0 ? sequence.computed() : sequence.length())
        .sum();
  }
}
