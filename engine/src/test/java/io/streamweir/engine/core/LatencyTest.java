package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.Lane;
import io.streamweir.engine.LatencySlo;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is served when, and how long a step may become for it; time is that of the harness. */
class LatencyTest {
  private static final long BUDGET_MICROS = 60_000;
  private static final SchedulerLimits LIMITS =
      new SchedulerLimits(8, 256, 6, 64, BUDGET_MICROS, 100_000, 0, 5_000);

  private final SchedulerHarness harness = new SchedulerHarness(LIMITS, 2_000);

  /** Lets the predictor see steps of all kinds. */
  @BeforeEach
  void learn() {
    Random random = new Random(2);
    for (int i = 0; i < 200; i++) {
      StepLoad load = StepLoad.NONE;
      for (int decodes = random.nextInt(8); decodes > 0; decodes--) {
        load = load.plus(random.nextInt(300), 1);
      }
      load = random.nextBoolean() ? load : load.plus(random.nextInt(300), 2 + random.nextInt(250));
      harness.predictor.observe(load, SchedulerHarness.micros(load));
    }
  }

  private static EngineRequest request(String id, int prompt, int completion) {
    int[] tokens = new Random(id.hashCode()).ints(prompt, 0, SchedulerHarness.VOCAB).toArray();
    return Requests.online(id, tokens, SamplingParams.greedy(completion));
  }

  private static int length(ScheduledStep step, Sequence sequence) {
    return step.chunks().stream()
        .filter(chunk -> chunk.sequence() == sequence)
        .mapToInt(Chunk::length)
        .sum();
  }

  private static double micros(ScheduledStep step) {
    return SchedulerHarness.micros(StepLoad.of(step));
  }

  @Test
  void shouldCutThePromptToTheBudgetWhenOthersDecode() {
    harness.online(10, 100);
    harness.step();
    Sequence prompt = harness.online(400, 5);
    ScheduledStep step = harness.step();
    assertThat(length(step, prompt)).isBetween(35, 60);
    assertThat(micros(step)).isBetween(BUDGET_MICROS * 0.8, BUDGET_MICROS * 1.1);
  }

  @Test
  void shouldNotCutThePromptWhenNobodyWaitsForAToken() {
    Sequence prompt = harness.online(400, 5);
    assertThat(length(harness.step(), prompt)).isEqualTo(256);
  }

  @Test
  void shouldTakeFewTokensIntoAStepWhileNobodyCanTellHowLongItTakes() {
    SchedulerHarness fresh = new SchedulerHarness(LIMITS, 2_000);
    Sequence prompt = fresh.online(400, 5);
    assertThat(length(fresh.step(), prompt)).isEqualTo(LIMITS.unpredictedTokens()).isEqualTo(64);
  }

  @Test
  void shouldKeepToTheShortestTimePerTokenWhenRequestsAskForOne() {
    harness.arrive(request("patient", 10, 100).withSlo(new LatencySlo(0, 200)));
    harness.step();
    Sequence prompt = harness.online(400, 5);
    assertThat(length(harness.step(), prompt)).isBetween(100, 200);
    harness.cancel(prompt);
    harness.arrive(request("hasty", 10, 100).withSlo(new LatencySlo(0, 50)));
    harness.step();
    Sequence other = harness.online(400, 5);
    ScheduledStep step = harness.step();
    assertThat(length(step, other)).isBetween(32, 45);
    assertThat(micros(step)).isLessThan(55_000);
  }

  @Test
  void shouldGoOnWithPromptsWhenDecodingAloneExceedsTheBudget() {
    harness.arrive(request("impossible", 10, 100).withSlo(new LatencySlo(0, 1)));
    harness.step();
    Sequence first = harness.online(100, 5);
    Sequence second = harness.online(100, 5);
    ScheduledStep step = harness.step();
    assertThat(length(step, first)).isEqualTo(LIMITS.leastChunkTokens());
    assertThat(length(step, second)).isZero();
  }

  @Test
  void shouldLeaveOutOfflineWorkThatWouldMakeOnlineTokensLate() {
    assertThat(offlineBeside(new LatencySlo(0, 17))).isBetween(1, 5);
    assertThat(offlineBeside(LatencySlo.NONE)).isEqualTo(6);
  }

  @Test
  void shouldNotLeaveOutEverybodyElseWhenARequestAsksForWhatCannotBe() {
    assertThat(offlineBeside(new LatencySlo(0, 1))).isBetween(1, 5);
  }

  /** How many of six long offline sequences decode beside an online one. */
  private int offlineBeside(LatencySlo slo) {
    for (int i = 0; i < 6; i++) {
      harness.offline(1_000, 200);
    }
    while (harness.inFlight.stream().anyMatch(s -> s.generated() == 0)) {
      harness.step();
    }
    harness.arrive(request("hasty", 10, 20).withSlo(slo));
    harness.step();
    int tokens = SchedulerHarness.tokens(harness.step(), Lane.OFFLINE, false);
    List.copyOf(harness.inFlight).forEach(harness::cancel);
    return tokens;
  }

  @Test
  void shouldBoundOfflineStepsWhenAnOnlineArrivalWouldWaitForThem() {
    harness.offline(2_000, 5);
    ScheduledStep step = harness.step();
    assertThat(micros(step)).isBetween(80_000.0, 110_000.0);
  }

  @Test
  void shouldServeFirstWhoIsDueFirstWithinAPriority() {
    Sequence common = harness.arrive(request("common", 300, 2));
    Sequence hasty = harness.arrive(request("hasty", 300, 2).withSlo(new LatencySlo(300, 0)));
    Sequence ending =
        harness.arrive(Requests.expiring(request("ending", 300, 2), harness.now + 200));
    assertThat(harness.step().chunks()).extracting(Chunk::sequence).containsExactly(ending);
    while (!harness.inFlight.isEmpty()) {
      harness.step();
    }
    assertThat(harness.finished).containsExactly(ending, hasty, common);
  }

  @Test
  void shouldServeTheLowerPriorityFirstWhenItHasWaitedLongEnough() {
    Sequence old = harness.arrive(Lane.OFFLINE, 0, 400, 2);
    harness.now += 61_000;
    Sequence high = harness.arrive(Lane.OFFLINE, 1, 400, 2);
    Sequence higher = harness.arrive(Lane.OFFLINE, 2, 400, 2);
    while (!harness.inFlight.isEmpty()) {
      harness.step();
    }
    assertThat(harness.finished).containsExactly(higher, old, high);
  }

  @Test
  void shouldLeaveTheReserveFreeWhenOfflineSequencesArrive() {
    SchedulerLimits limits =
        new SchedulerLimits(8, 256, 6, 64, Long.MAX_VALUE, Long.MAX_VALUE, 0.25, 0);
    SchedulerHarness reserving = new SchedulerHarness(limits, 100);
    for (int i = 0; i < 5; i++) {
      reserving.offline(80, 5);
    }
    reserving.steps(3);
    assertThat(reserving.scheduler.running()).isEqualTo(3);
    assertThat(reserving.blocks.available()).isGreaterThanOrEqualTo(25);
    assertThat(reserving.scheduler.offlineRoom()).isZero();
    Sequence online = reserving.online(90, 2);
    assertThat(SchedulerHarness.contains(reserving.step(), online)).isTrue();
    assertThat(reserving.scheduler.preemptions()).isZero();
  }

  @Test
  void shouldLetAnOfflineSequenceInDespiteTheReserveWhenNothingRuns() {
    SchedulerLimits limits =
        new SchedulerLimits(8, 256, 6, 64, Long.MAX_VALUE, Long.MAX_VALUE, 0.9, 0);
    SchedulerHarness reserving = new SchedulerHarness(limits, 100);
    assertThat(reserving.scheduler.offlineRoom()).isPositive();
    Sequence offline = reserving.offline(300, 5);
    reserving.step();
    assertThat(offline.computed()).isPositive();
  }

  /** Online requests that come without end, with offline work shut out beside them. */
  private static SchedulerHarness busyWith(
      SchedulerLimits limits, int blocks, int offline, int steps) {
    SchedulerHarness busy = new SchedulerHarness(limits, blocks);
    for (int i = 0; i < offline; i++) {
      busy.offline(70, 20);
    }
    for (int i = 0; i < steps; i++) {
      while (busy.inFlight.stream().filter(s -> s.lane() == Lane.ONLINE).count() < 6) {
        busy.online(40, 10);
      }
      busy.step();
    }
    return busy;
  }

  @Test
  void shouldFinishOfflineWorkOneByOneWhenOnlineNeverPausesAndTakesEverything() {
    SchedulerLimits limits =
        new SchedulerLimits(4, 64, 0, 16, Long.MAX_VALUE, Long.MAX_VALUE, 0, 2_000);
    SchedulerHarness busy = busyWith(limits, 60, 3, 1_500);
    assertThat(busy.finished).filteredOn(s -> s.lane() == Lane.OFFLINE).hasSize(3);
    busy.finished.forEach(SchedulerHarness::assertUndisturbed);
  }

  @Test
  void shouldLeaveOfflineWorkWaitingWhenAgingIsOff() {
    SchedulerLimits limits =
        new SchedulerLimits(4, 64, 0, 16, Long.MAX_VALUE, Long.MAX_VALUE, 0, 0);
    SchedulerHarness busy = busyWith(limits, 60, 3, 1_500);
    assertThat(busy.finished).isNotEmpty().allMatch(s -> s.lane() == Lane.ONLINE);
  }

  @Test
  void shouldPromoteNobodyWhenOfflineSequencesWaitForEachOtherOnly() {
    SchedulerHarness busy = busyWith(LIMITS, 400, 300, 800);
    assertThat(busy.finished).filteredOn(s -> s.lane() == Lane.OFFLINE).isNotEmpty();
    assertThat(busy.inFlight).filteredOn(s -> s.lane() == Lane.OFFLINE).isNotEmpty();
    assertThat(busy.inFlight)
        .filteredOn(s -> s.lane() == Lane.OFFLINE)
        .allMatch(s -> s.rankedLane() == Lane.OFFLINE);
  }
}
