package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.Lane;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random traffic under random limits. {@link SchedulerHarness} checks each step (bounds, lanes, one
 * owner per block); here: everyone finishes with the tokens they would have had alone, no block is
 * leaked, and an online arrival that finds no online work is in the very next step.
 */
class SchedulerPropertyTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void shouldKeepItsPromisesWhenTrafficIsRandom(long seed) {
    Random random = new Random(seed);
    SchedulerHarness harness = randomHarness(random);
    for (int round = 0; round < 600; round++) {
      boolean onlineIdle = harness.inFlight.stream().noneMatch(s -> s.lane() == Lane.ONLINE);
      Sequence arrived = maybeArrive(random, harness);
      maybeCancel(random, harness, arrived);
      ScheduledStep step = harness.step();
      boolean promoted =
          harness.inFlight.stream()
              .anyMatch(s -> s.lane() == Lane.OFFLINE && s.rankedLane() == Lane.ONLINE);
      if (arrived != null && arrived.lane() == Lane.ONLINE && onlineIdle && !promoted) {
        assertThat(SchedulerHarness.contains(step, arrived)).isTrue();
      }
    }
    for (int i = 0; !harness.inFlight.isEmpty(); i++) {
      assertThat(i).as("steps to drain").isLessThan(20_000);
      harness.step();
    }
    harness.finished.forEach(SchedulerHarness::assertUndisturbed);
    harness.checkBlocks();
    assertThat(harness.blocks.used()).isZero();
    assertThat(harness.scheduler.running()).isZero();
    assertThat(harness.finished).hasSizeGreaterThan(20);
  }

  private static SchedulerHarness randomHarness(Random random) {
    SchedulerLimits limits =
        new SchedulerLimits(
            1 + random.nextInt(6),
            1 + random.nextInt(40),
            random.nextInt(5),
            1 + random.nextInt(10),
            random.nextBoolean() ? Long.MAX_VALUE : 5_000 + random.nextInt(40_000),
            random.nextBoolean() ? Long.MAX_VALUE : 5_000 + random.nextInt(80_000),
            random.nextBoolean() ? 0 : random.nextDouble() / 2,
            random.nextBoolean() ? 0 : 100 + random.nextInt(3_000));
    int total = 15 + random.nextInt(30);
    // Now and then with hashes that collide all the time, or with no reuse of blocks at all.
    int kind = random.nextInt(4);
    PrefixCache.Hash hash =
        (sequence, index) -> {
          long full = sequence.hashes(SchedulerHarness.BLOCK_SIZE).of(sequence, index);
          return kind == 0 ? full & 3 : full;
        };
    SchedulerHarness harness =
        new SchedulerHarness(
            limits, new BlockManager(total, SchedulerHarness.BLOCK_SIZE, kind != 1, hash));
    if (random.nextBoolean()) {
      harness.forced = () -> random.nextInt(3) == 0 ? random.nextInt(20) : 0;
    }
    return harness;
  }

  private static Sequence maybeArrive(Random random, SchedulerHarness harness) {
    if (random.nextInt(4) != 0) {
      return null;
    }
    int longest = harness.blocks.total() * SchedulerHarness.BLOCK_SIZE;
    int prompt = 1 + random.nextInt(longest / 2);
    int completion = 1 + random.nextInt(random.nextInt(8) == 0 ? longest - prompt : 12);
    Lane lane = random.nextInt(3) == 0 ? Lane.ONLINE : Lane.OFFLINE;
    int[] tokens = random.ints(prompt, 0, SchedulerHarness.VOCAB).toArray();
    int common = random.nextInt(prompt + 1);
    int[] family = new Random(random.nextInt(3)).ints(common, 0, SchedulerHarness.VOCAB).toArray();
    System.arraycopy(family, 0, tokens, 0, common);
    return harness.arrive(lane, random.nextInt(3), tokens, completion);
  }

  private static void maybeCancel(Random random, SchedulerHarness harness, Sequence spared) {
    if (random.nextInt(12) == 0 && !harness.inFlight.isEmpty()) {
      Sequence victim = harness.inFlight.get(random.nextInt(harness.inFlight.size()));
      if (victim != spared) {
        harness.cancel(victim);
      }
    }
  }
}
