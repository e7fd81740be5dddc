package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.Lane;
import io.streamweir.engine.core.ManualEngine;
import io.streamweir.engine.reference.RandomCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The logits of a sequence are the same to the bit whoever shares its steps, however its prompt is
 * cut, after preemption, and with another number of threads. The contexts are such that keys are
 * gathered by tens and by hundreds.
 */
class ReproducibilityTest {
  private static final int[] PROMPTS = {1, 6, 170, 330};
  private static final int COUNT = 40;

  @TempDir Path directory;

  private static int[] prompt(int length) {
    return new Random(length).ints(length, 0, RandomCheckpoint.VOCAB).toArray();
  }

  private <T> T run(int threads, int maxRunning, int maxStepTokens, Function<ManualEngine, T> use) {
    return run(MatrixForm.FLOAT32, threads, maxRunning, maxStepTokens, use);
  }

  private <T> T run(
      MatrixForm form,
      int threads,
      int maxRunning,
      int maxStepTokens,
      Function<ManualEngine, T> use) {
    int blocks = 27;
    EngineConfig limits =
        EngineConfig.forCpu(directory, threads)
            .withLimits(0, maxRunning, maxStepTokens)
            .withKvCache(1 << 20, 16);
    ModelCache<Path, LoadedModel> models = new ModelCache<>(Runnable::run);
    var lease = models.acquire(directory, () -> LoadedModel.read(directory, form));
    try (DjlModelRunner runner = DjlModelRunner.open(lease, limits, 512, blocks)) {
      return use.apply(new ManualEngine(runner, limits, RandomCheckpoint.VOCAB, blocks));
    }
  }

  private static void add(ManualEngine engine, int length) {
    engine.add(id(length), Lane.OFFLINE, prompt(length), new int[0], COUNT);
  }

  private static String id(int length) {
    return "prompt of " + length;
  }

  private static List<List<float[]>> logits(ManualEngine engine) {
    return Arrays.stream(PROMPTS)
        .mapToObj(length -> List.copyOf(engine.logits(id(length))))
        .toList();
  }

  /** One after the other, whole prompts. */
  private static List<List<float[]>> alone(ManualEngine engine) {
    for (int length : PROMPTS) {
      add(engine, length);
      engine.runToEnd();
    }
    return logits(engine);
  }

  /** With others that come and go, in small steps, short of KV blocks. */
  private static List<List<float[]>> crowded(ManualEngine engine) {
    Random random = new Random(3);
    for (int i = 0; i < 2 * PROMPTS.length; i++) {
      int[] mate = prompt(1 + random.nextInt(60));
      engine.add("mate " + i, Lane.OFFLINE, mate, new int[0], 50);
      if (i % 2 == 0) {
        add(engine, PROMPTS[i / 2]);
      }
      for (int steps = random.nextInt(12); steps > 0; steps--) {
        engine.step();
      }
    }
    engine.runToEnd();
    assertThat(engine.preemptions()).isPositive();
    return logits(engine);
  }

  @ParameterizedTest
  @MethodSource("io.streamweir.engine.djl.LogitsTest#architectures")
  void shouldComputeTheSameBitsWhateverElseIsInTheSteps(RandomCheckpoint checkpoint) {
    checkpoint.write(directory);
    assertSameBits(
        run(1, 1, 512, ReproducibilityTest::alone), run(1, 7, 41, ReproducibilityTest::crowded));
  }

  @Test
  void shouldComputeTheSameBitsWhateverElseIsInTheStepsAsInt8() {
    RandomCheckpoint.qwen2(33).write(directory);
    assertSameBits(
        run(MatrixForm.INT8, 1, 1, 512, ReproducibilityTest::alone),
        run(MatrixForm.INT8, 1, 7, 41, ReproducibilityTest::crowded));
  }

  @Test
  void shouldComputeTheSameBitsOnTwoThreads() {
    RandomCheckpoint.qwen2(31).write(directory);
    List<float[]> one = run(1, 1, 512, ReproducibilityTest::shortly);
    List<float[]> two = run(2, 1, 512, ReproducibilityTest::shortly);
    for (int i = 0; i < one.size(); i++) {
      int token = i;
      KnownCpu.require(
          () -> assertThat(two.get(token)).as("token %s", token).isEqualTo(one.get(token)));
    }
  }

  private static List<float[]> shortly(ManualEngine engine) {
    engine.add("short", Lane.ONLINE, prompt(330), new int[0], 5);
    engine.runToEnd();
    return List.copyOf(engine.logits("short"));
  }

  private static void assertSameBits(List<List<float[]>> alone, List<List<float[]>> crowded) {
    KnownCpu.require(() -> assertSame(alone, crowded));
  }

  private static void assertSame(List<List<float[]>> alone, List<List<float[]>> crowded) {
    for (int i = 0; i < PROMPTS.length; i++) {
      assertThat(crowded.get(i)).hasSameSizeAs(alone.get(i)).hasSize(COUNT);
      for (int token = 0; token < COUNT; token++) {
        assertThat(crowded.get(i).get(token))
            .as("%s, token %s", id(PROMPTS[i]), token)
            .isEqualTo(alone.get(i).get(token));
      }
    }
  }
}
