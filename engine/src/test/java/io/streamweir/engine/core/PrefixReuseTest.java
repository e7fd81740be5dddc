package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.Lane;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Blocks of four tokens; what the steps compute shows what was found. */
class PrefixReuseTest {
  private static final SchedulerLimits LIMITS = new SchedulerLimits(4, 32, 2, 8);

  private final SchedulerHarness harness = new SchedulerHarness(LIMITS, 100);

  private static int[] common(int length) {
    return new Random(-1).ints(length, 0, SchedulerHarness.VOCAB).toArray();
  }

  /** The first {@code common} tokens are those of every prompt made here. */
  private static int[] prompt(int common, int... tail) {
    return IntStream.concat(Arrays.stream(common(common)), Arrays.stream(tail)).toArray();
  }

  private Sequence online(int... prompt) {
    return harness.arrive(Lane.ONLINE, 0, prompt, 3);
  }

  private void drain(SchedulerHarness of) {
    while (!of.inFlight.isEmpty()) {
      of.step();
    }
    of.finished.forEach(SchedulerHarness::assertUndisturbed);
    assertThat(of.blocks.used()).isZero();
  }

  @Test
  void shouldComputeOnlyWhatFollowsTheCommonFullBlocks() {
    online(prompt(14, 1, 2));
    drain(harness);
    Sequence second = online(prompt(14, 7, 8, 9));
    assertThat(harness.step().chunks()).containsExactly(new Chunk(second, 12, 5));
    assertThat(second.cachedPromptTokens()).isEqualTo(12);
    drain(harness);
  }

  @Test
  void shouldLeaveATokenToComputeWhenTheWholePromptIsKnown() {
    online(prompt(16));
    drain(harness);
    Sequence again = online(prompt(16));
    assertThat(harness.step().chunks()).containsExactly(new Chunk(again, 12, 4));
    drain(harness);
  }

  @Test
  void shouldFindCompletionsWhenTheyAreInTheNextPrompt() {
    Sequence first = harness.arrive(Lane.ONLINE, 0, prompt(10), 8);
    drain(harness);
    int[] turn = IntStream.range(0, 18).map(first::token).toArray();
    Sequence second = online(turn);
    assertThat(harness.step().chunks()).containsExactly(new Chunk(second, 16, 2));
    drain(harness);
  }

  @Test
  void shouldShareBlocksWhenBothRun() {
    Sequence first = harness.arrive(Lane.ONLINE, 0, prompt(12, 1), 20);
    harness.step();
    Sequence second = harness.arrive(Lane.ONLINE, 0, prompt(12, 2), 20);
    harness.step();
    for (int i = 0; i < 3; i++) {
      assertThat(second.block(i)).isEqualTo(first.block(i));
    }
    assertThat(harness.blocks.used()).isEqualTo(5);
    harness.cancel(first);
    harness.checkBlocks();
    drain(harness);
  }

  @Test
  void shouldWaitForABlockRatherThanComputeItTwiceWhenTwoArriveTogether() {
    Sequence first = online(prompt(12, 1));
    Sequence second = online(prompt(12, 2));
    assertThat(harness.step().chunks()).containsExactly(new Chunk(first, 0, 13));
    assertThat(harness.step().chunks())
        .containsExactly(new Chunk(first, 13, 1), new Chunk(second, 12, 1));
    assertThat(second.cachedPromptTokens()).isEqualTo(12);
    drain(harness);
  }

  @Test
  void shouldFindNothingWhenTheSaltDiffers() {
    SamplingParams sampling = SamplingParams.greedy(3);
    harness.arrive(Requests.online("a", prompt(16), sampling).withCacheSalt("tenant-1"));
    drain(harness);
    EngineRequest other = Requests.online("b", prompt(16), sampling).withCacheSalt("tenant-2");
    EngineRequest common = Requests.online("c", prompt(16), sampling);
    for (EngineRequest stranger : new EngineRequest[] {other, common}) {
      Sequence sequence = harness.arrive(stranger);
      assertThat(harness.step().chunks()).containsExactly(new Chunk(sequence, 0, 16));
      drain(harness);
    }
    Sequence same =
        harness.arrive(Requests.online("d", prompt(16), sampling).withCacheSalt("tenant-1"));
    assertThat(harness.step().chunks()).containsExactly(new Chunk(same, 12, 4));
    drain(harness);
  }

  @Test
  void shouldTellContentsApartWhenTheirHashesAreEqual() {
    SchedulerHarness colliding =
        new SchedulerHarness(LIMITS, new BlockManager(100, 4, true, (sequence, index) -> 7));
    for (int i = 0; i < 5; i++) {
      colliding.arrive(Lane.ONLINE, 0, prompt(i, 1, 2, 3, 4, 5, 6, 7, 8), 3);
      drain(colliding);
    }
    Sequence first = colliding.arrive(Lane.ONLINE, 0, prompt(0, 1, 2, 3, 4, 5, 6), 3);
    assertThat(colliding.step().chunks()).containsExactly(new Chunk(first, 4, 2));
    drain(colliding);
  }

  @Test
  void shouldKeepTheBeginningLongestWhenMemoryIsWantedByOthers() {
    SchedulerHarness tight = new SchedulerHarness(LIMITS, 8);
    tight.arrive(Lane.ONLINE, 0, prompt(21), 1);
    drain(tight);
    // Takes the three blocks that hold nothing and the last two of five.
    tight.online(18, 1);
    drain(tight);
    Sequence again = tight.arrive(Lane.ONLINE, 0, prompt(21), 1);
    assertThat(tight.step().chunks()).containsExactly(new Chunk(again, 12, 9));
    assertThat(tight.blocks.evictions()).isPositive();
    drain(tight);
  }

  @Test
  void shouldGiveUpTheLeastRecentlyUsedWhenMemoryIsWantedByOthers() {
    SchedulerHarness tight = new SchedulerHarness(LIMITS, 6);
    tight.arrive(Lane.ONLINE, 0, prompt(0, 1, 1, 1, 1, 1), 1);
    drain(tight);
    tight.arrive(Lane.ONLINE, 0, prompt(0, 2, 2, 2, 2, 2), 1);
    drain(tight);
    tight.arrive(Lane.ONLINE, 0, prompt(0, 1, 1, 1, 1, 1), 1);
    drain(tight);
    tight.online(20, 1);
    drain(tight);
    Sequence recent = tight.arrive(Lane.ONLINE, 0, prompt(0, 1, 1, 1, 1, 1), 1);
    assertThat(tight.step().chunks()).containsExactly(new Chunk(recent, 4, 1));
    drain(tight);
    Sequence old = tight.arrive(Lane.ONLINE, 0, prompt(0, 2, 2, 2, 2, 2), 1);
    assertThat(tight.step().chunks()).containsExactly(new Chunk(old, 0, 5));
    drain(tight);
  }

  @Test
  void shouldFindItsOwnWorkWhenAPreemptedSequenceComesBack() {
    SchedulerHarness tight = new SchedulerHarness(LIMITS, 12);
    Sequence offline = tight.offline(26, 10);
    tight.steps(2);
    Sequence online = tight.online(22, 1);
    tight.step();
    assertThat(offline.blockCount()).isZero();
    assertThat(tight.finished).contains(online);
    // Six blocks went to the online sequence: five had held nothing, so one of seven is lost.
    assertThat(tight.step().chunks()).singleElement().matches(chunk -> chunk.start() == 24);
    assertThat(offline.cachedPromptTokens()).isZero();
    drain(tight);
  }

  @Test
  void shouldReuseNothingWhenTheContentWasDiscarded() {
    Sequence poisoned = harness.arrive(Lane.ONLINE, 0, prompt(12, 1), 20);
    harness.step();
    harness.scheduler.discard(poisoned);
    harness.inFlight.remove(poisoned);
    Sequence next = online(prompt(12, 1));
    assertThat(harness.step().chunks()).containsExactly(new Chunk(next, 0, 13));
    drain(harness);
  }

  @Test
  void shouldReuseWhatIsComputedAnewWhenOnlyTheBeginningWasDiscarded() {
    Sequence poisoned = harness.arrive(Lane.ONLINE, 0, prompt(12, 1), 20);
    harness.step();
    online(prompt(20));
    drainBeside(poisoned);
    harness.scheduler.discard(poisoned);
    harness.inFlight.remove(poisoned);
    online(prompt(20));
    drain(harness);
    Sequence third = online(prompt(20));
    assertThat(harness.step().chunks()).containsExactly(new Chunk(third, 16, 4));
    drain(harness);
  }

  private void drainBeside(Sequence stays) {
    while (harness.inFlight.size() > 1) {
      harness.step();
    }
    assertThat(harness.inFlight).containsExactly(stays);
  }

  @Test
  void shouldReuseNothingWhenCachingIsOff() {
    SchedulerHarness off = new SchedulerHarness(LIMITS, new BlockManager(100, 4, false));
    for (int i = 0; i < 2; i++) {
      Sequence sequence = off.arrive(Lane.ONLINE, 0, prompt(13), 3);
      assertThat(off.step().chunks()).containsExactly(new Chunk(sequence, 0, 13));
      drain(off);
    }
  }
}
