package io.streamweir.engine.core;

import static io.streamweir.engine.core.SchedulerHarness.assertUndisturbed;
import static io.streamweir.engine.core.SchedulerHarness.contains;
import static io.streamweir.engine.core.SchedulerHarness.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.Lane;
import io.streamweir.engine.core.ScheduledStep.Chunk;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private static final SchedulerLimits LIMITS = new SchedulerLimits(4, 32, 2, 8);

  private final SchedulerHarness harness = new SchedulerHarness(LIMITS, 100);

  @Test
  void shouldDecodeAndPrefillInOneStepWhenASequenceJoins() {
    Sequence first = harness.online(10, 5);
    harness.step();
    Sequence second = harness.online(7, 5);
    assertThat(harness.step().chunks())
        .containsExactly(new Chunk(first, 10, 1), new Chunk(second, 0, 7));
  }

  @Test
  void shouldCutAPromptIntoChunksWhenItExceedsTheStep() {
    Sequence sequence = harness.online(70, 2);
    assertThat(harness.step().chunks()).containsExactly(new Chunk(sequence, 0, 32));
    assertThat(harness.step().chunks()).containsExactly(new Chunk(sequence, 32, 32));
    assertThat(harness.step().chunks()).containsExactly(new Chunk(sequence, 64, 6));
    assertThat(sequence.generated()).isEqualTo(1);
  }

  @Test
  void shouldServeHigherPriorityThenEarlierArrivalWhenRowsAreShort() {
    Sequence early = harness.arrive(Lane.ONLINE, 0, 3, 5);
    Sequence urgent = harness.arrive(Lane.ONLINE, 9, 3, 5);
    Sequence late = harness.arrive(Lane.ONLINE, 0, 3, 5);
    assertThat(harness.step().chunks())
        .extracting(Chunk::sequence)
        .containsExactly(urgent, early, late);
  }

  @Test
  void shouldTakeAnOnlineArrivalIntoTheNextStepWhenOfflineFillsEverySlotAndBlock() {
    SchedulerHarness full = new SchedulerHarness(LIMITS, 16);
    for (int i = 0; i < 4; i++) {
      full.offline(15, 20);
    }
    full.steps(4);
    assertThat(full.blocks.available()).isLessThan(2);
    Sequence online = full.online(12, 3);
    assertThat(contains(full.step(), online)).isTrue();
    assertThat(online.generated()).isEqualTo(1);
  }

  @Test
  void shouldLeaveOfflineItsShareOnlyWhenOnlineIsInFlight() {
    for (int i = 0; i < 4; i++) {
      harness.offline(5, 50);
    }
    ScheduledStep alone = harness.step();
    assertThat(alone.chunks()).hasSize(4);
    harness.online(3, 3);
    assertThat(tokens(harness.step(), Lane.OFFLINE, false)).isEqualTo(2);
    assertThat(tokens(harness.step(), Lane.OFFLINE, false)).isEqualTo(2);
    harness.step();
    assertThat(tokens(harness.step(), Lane.OFFLINE, false)).isEqualTo(4);
  }

  @Test
  void shouldPauseAnOfflineSequenceWithoutLosingItsBlocksWhenOnlineTakesItsRow() {
    for (int i = 0; i < 4; i++) {
      harness.offline(5, 50);
    }
    harness.step();
    for (int i = 0; i < 4; i++) {
      harness.online(3, 3);
    }
    ScheduledStep step = harness.step();
    assertThat(step.chunks()).extracting(c -> c.sequence().lane()).containsOnly(Lane.ONLINE);
    assertThat(harness.scheduler.preemptions()).isZero();
    assertThat(harness.scheduler.running()).isEqualTo(8);
  }

  @Test
  void shouldKeepOfflinePromptsOutOfAStepWhenAnOnlinePromptIsInIt() {
    harness.online(70, 2);
    harness.offline(30, 5);
    assertThat(tokens(harness.step(), Lane.OFFLINE, true)).isZero();
    harness.steps(2);
    assertThat(tokens(harness.step(), Lane.OFFLINE, true)).isEqualTo(8);
  }

  @Test
  void shouldFinishOfflineWorkWhenOnlineNeverPauses() {
    Sequence offline = harness.offline(40, 20);
    for (int i = 0; !harness.finished.contains(offline); i++) {
      assertThat(i).isLessThan(60);
      if (i % 10 == 0) {
        harness.online(6, 10);
      }
      harness.step();
    }
    assertThat(harness.inFlight).extracting(Sequence::lane).contains(Lane.ONLINE);
  }

  @Test
  void shouldGiveOfflineEverythingWhenOnlineIsIdle() {
    harness.offline(60, 2);
    assertThat(tokens(harness.step(), Lane.OFFLINE, true)).isEqualTo(32);
  }

  @Test
  void shouldPreemptTheLastInRankWhenBlocksRunOut() {
    SchedulerHarness tight = new SchedulerHarness(LIMITS, 9);
    Sequence first = tight.online(8, 20);
    tight.step();
    Sequence second = tight.online(8, 20);
    while (tight.scheduler.preemptions() == 0) {
      tight.step();
    }
    assertThat(second.blockCount()).isZero();
    assertThat(first.blockCount()).isPositive();
    while (!tight.inFlight.isEmpty()) {
      tight.step();
    }
    assertThat(tight.finished).containsExactly(first, second);
    tight.finished.forEach(SchedulerHarness::assertUndisturbed);
    assertThat(tight.blocks.used()).isZero();
  }

  @Test
  void shouldNotAdmitASequenceWhenARunningOneWillSoonTakeItsBlocks() {
    SchedulerHarness tight = new SchedulerHarness(LIMITS, 5);
    tight.online(14, 6);
    tight.step();
    tight.online(3, 5);
    while (!tight.inFlight.isEmpty()) {
      tight.step();
    }
    assertThat(tight.scheduler.preemptions()).isZero();
  }

  @Test
  void shouldTakeAnOnlineArrivalIntoTheNextStepWhenOnlineIsJustTakingBlocksFromOffline() {
    SchedulerHarness tight = new SchedulerHarness(LIMITS, 12);
    Sequence early = tight.online(8, 20);
    tight.offline(16, 20);
    tight.offline(13, 20);
    tight.steps(4);
    while (tight.blocks.available() > 0 || early.length() % 4 != 1) {
      assertThat(tight.scheduler.preemptions()).isZero();
      tight.step();
    }
    Sequence late = tight.online(3, 2);
    assertThat(SchedulerHarness.contains(tight.step(), late)).isTrue();
    assertThat(tight.scheduler.preemptions()).isPositive();
  }

  @Test
  void shouldPreemptOfflineBeforeOnlineWhenBlocksRunOut() {
    SchedulerHarness tight = new SchedulerHarness(LIMITS, 9);
    Sequence offline = tight.arrive(Lane.OFFLINE, 99, 8, 20);
    tight.step();
    Sequence online = tight.arrive(Lane.ONLINE, -99, 8, 20);
    while (tight.scheduler.preemptions() == 0) {
      tight.step();
    }
    assertThat(offline.blockCount()).isZero();
    while (!tight.inFlight.isEmpty()) {
      tight.step();
    }
    assertThat(tight.finished).containsExactly(online, offline);
    tight.finished.forEach(SchedulerHarness::assertUndisturbed);
  }

  @Test
  void shouldOfferOfflineRoomOnlyWhenAnotherSequenceWouldGetIn() {
    assertThat(harness.scheduler.offlineRoom()).isEqualTo(4);
    harness.offline(5, 50);
    assertThat(harness.scheduler.offlineRoom()).isEqualTo(3);
    harness.step();
    assertThat(harness.scheduler.offlineRoom()).isEqualTo(3);
    harness.online(3, 3);
    assertThat(harness.scheduler.offlineRoom()).isEqualTo(1);
    harness.offline(5, 50);
    assertThat(harness.scheduler.offlineRoom()).isZero();
    harness.offline(5, 50);
    harness.steps(5);
    assertThat(harness.scheduler.offlineRoom()).isEqualTo(1);
  }

  @Test
  void shouldOfferNoOfflineRoomWhenTheBlocksAreTaken() {
    SchedulerHarness tight = new SchedulerHarness(LIMITS, 9);
    tight.offline(28, 4);
    tight.step();
    assertThat(tight.scheduler.running()).isEqualTo(1);
    assertThat(tight.scheduler.offlineRoom()).isZero();
  }

  @Test
  void shouldFreeTheBlocksWhenASequenceIsRemovedInAnyState() {
    Sequence waiting = harness.online(5, 5);
    harness.cancel(waiting);
    Sequence prefilling = harness.online(60, 5);
    harness.step();
    harness.cancel(prefilling);
    Sequence decoding = harness.online(5, 5);
    harness.steps(2);
    harness.cancel(decoding);
    assertThat(harness.blocks.used()).isZero();
    assertThat(harness.step().isEmpty()).isTrue();
  }

  @Test
  void shouldGoOnUndisturbedWhenANeighbourIsRemoved() {
    Sequence stays = harness.online(9, 30);
    Sequence leaves = harness.online(9, 30);
    harness.steps(5);
    harness.cancel(leaves);
    harness.online(40, 3);
    while (!harness.inFlight.isEmpty()) {
      harness.step();
    }
    assertUndisturbed(stays);
  }
}
