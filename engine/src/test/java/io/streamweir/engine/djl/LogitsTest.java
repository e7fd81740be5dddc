package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.Lane;
import io.streamweir.engine.core.ManualEngine;
import io.streamweir.engine.reference.RandomCheckpoint;
import io.streamweir.engine.reference.ReferenceModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The logits of the runner are those of the reference within 1e-3, and the greedy tokens are the
 * same, however the work is cut into steps and shared with others.
 */
class LogitsTest {
  private static final float TOLERANCE = 1e-3f;
  private static final int COUNT = 110;

  private final ModelCache<Path, LoadedModel> models = new ModelCache<>(Runnable::run);

  @TempDir Path directory;
  private DjlModelRunner runner;

  static Stream<Named<RandomCheckpoint>> checkpoints() {
    return Stream.of(
        Named.of("Qwen2", RandomCheckpoint.qwen2(31)),
        Named.of("Llama", RandomCheckpoint.llama(32)),
        Named.of("Llama with biases", RandomCheckpoint.llamaWithBiases(33)));
  }

  @AfterEach
  void close() {
    runner.close();
  }

  private static int[] prompt(int seed, int length) {
    return new Random(seed).ints(length, 0, RandomCheckpoint.VOCAB).toArray();
  }

  private ManualEngine open(
      RandomCheckpoint checkpoint, int maxRunning, int maxStepTokens, int blockSize, int blocks) {
    EngineConfig limits =
        EngineConfig.forCpu(directory, 1)
            .withLimits(0, maxRunning, maxStepTokens)
            .withKvCache(1 << 20, blockSize);
    checkpoint.write(directory);
    runner =
        DjlModelRunner.open(
            models.acquire(directory, () -> LoadedModel.read(directory)), limits, 512, blocks);
    return new ManualEngine(runner, limits, RandomCheckpoint.VOCAB, blocks);
  }

  /** The completion equals the reference's, and so do the logits of its last tokens. */
  private static void assertAsReference(
      RandomCheckpoint checkpoint, ManualEngine engine, String id, int[] prompt) {
    int[] completion = engine.completion(id);
    List<float[]> logits = engine.logits(id);
    assertThat(completion).hasSizeGreaterThanOrEqualTo(100);
    assertThat(logits).isNotEmpty();
    ReferenceModel reference = new ReferenceModel(checkpoint);
    double[] expected = null;
    for (int token : prompt) {
      expected = reference.next(token);
    }
    for (int i = 0; i < completion.length; i++) {
      int row = i - (completion.length - logits.size());
      if (row >= 0) {
        assertClose(logits.get(row), expected, id + ", token " + i);
        assertThat(completion[i]).as("%s, token %s", id, i).isEqualTo(argmax(expected));
      }
      expected = reference.next(completion[i]);
    }
  }

  private static void assertClose(float[] actual, double[] expected, String where) {
    for (int token = 0; token < expected.length; token++) {
      if (!(Math.abs(actual[token] - expected[token]) < TOLERANCE)) {
        assertThat((double) actual[token])
            .as("logit of %s at %s", token, where)
            .isEqualTo(expected[token]);
      }
    }
  }

  private static int argmax(double[] row) {
    int best = 0;
    for (int token = 1; token < row.length; token++) {
      best = row[token] > row[best] ? token : best;
    }
    return best;
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void shouldEqualTheReferenceWhenAlone(RandomCheckpoint checkpoint) {
    ManualEngine engine = open(checkpoint, 4, 512, 16, 40);
    for (int length : new int[] {1, 2, 31, 33, 200}) {
      String id = "prompt of " + length;
      engine.add(id, Lane.ONLINE, prompt(length, length), new int[0], COUNT);
      engine.runToEnd();
      assertAsReference(checkpoint, engine, id, prompt(length, length));
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void shouldEqualTheReferenceWhenSixteenShareTheSteps(RandomCheckpoint checkpoint) {
    ManualEngine engine = open(checkpoint, 16, 100, 16, 400);
    Random random = new Random(5);
    int[] lengths = new int[16];
    for (int i = 0; i < 16; i++) {
      lengths[i] = 1 + random.nextInt(90);
      Lane lane = i % 4 == 0 ? Lane.ONLINE : Lane.OFFLINE;
      engine.add("mate " + i, lane, prompt(i, lengths[i]), new int[0], COUNT + random.nextInt(30));
      for (int steps = random.nextInt(12); steps > 0; steps--) {
        engine.step();
      }
    }
    engine.runToEnd();
    for (int i = 0; i < 16; i++) {
      assertAsReference(checkpoint, engine, "mate " + i, prompt(i, lengths[i]));
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void shouldEqualTheReferenceWhenThePromptIsCutIntoChunks(RandomCheckpoint checkpoint) {
    ManualEngine engine = open(checkpoint, 4, 13, 16, 100);
    engine.add("long", Lane.ONLINE, prompt(1, 150), new int[0], COUNT);
    engine.add("longer", Lane.ONLINE, prompt(2, 333), new int[0], COUNT);
    engine.runToEnd();
    assertAsReference(checkpoint, engine, "long", prompt(1, 150));
    assertAsReference(checkpoint, engine, "longer", prompt(2, 333));
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void shouldEqualTheReferenceWhenPreempted(RandomCheckpoint checkpoint) {
    ManualEngine engine = open(checkpoint, 4, 64, 8, 40);
    for (int i = 0; i < 4; i++) {
      engine.add("crowded " + i, Lane.OFFLINE, prompt(i, 20), new int[0], COUNT);
    }
    engine.runToEnd();
    assertThat(engine.preemptions()).isGreaterThan(1);
    for (int i = 0; i < 4; i++) {
      assertAsReference(checkpoint, engine, "crowded " + i, prompt(i, 20));
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void shouldEqualTheReferenceWhenResumedAfterAnyToken(RandomCheckpoint checkpoint) {
    int[] prompt = prompt(9, 25);
    int[] whole = ReferenceModel.greedy(checkpoint, prompt, COUNT);
    ManualEngine engine = open(checkpoint, 4, 512, 5, 200);
    for (int k : new int[] {1, 50, COUNT - 1}) {
      String id = "resumed after " + k;
      engine.add(id, Lane.ONLINE, prompt, Arrays.copyOf(whole, k), COUNT);
      engine.runToEnd();
      assertAsReference(checkpoint, engine, id, prompt);
      assertThat(engine.completion(id)).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void shouldEqualTheReferenceWhenTheBeginningWasComputedForOthers(RandomCheckpoint checkpoint) {
    ManualEngine engine = open(checkpoint, 8, 64, 16, 200);
    int[] common = prompt(3, 100);
    for (int i = 0; i < 4; i++) {
      int[] prompt = Arrays.copyOf(common, 60 + 8 * i);
      prompt[prompt.length - 1] = i;
      engine.add("turn " + i, Lane.ONLINE, prompt, new int[0], COUNT);
      if (i % 2 == 0) {
        engine.runToEnd();
      } else {
        engine.step();
      }
    }
    engine.runToEnd();
    for (int i = 0; i < 4; i++) {
      int[] prompt = Arrays.copyOf(common, 60 + 8 * i);
      prompt[prompt.length - 1] = i;
      assertAsReference(checkpoint, engine, "turn " + i, prompt);
      assertThat(engine.cachedPromptTokens("turn " + i)).isGreaterThanOrEqualTo(i == 0 ? 0 : 48);
    }
  }
}
