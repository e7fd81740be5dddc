package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.Lane;
import io.streamweir.engine.core.ManualEngine;
import io.streamweir.engine.reference.RandomCheckpoint;
import io.streamweir.engine.reference.RandomFamilies;
import io.streamweir.engine.reference.ReferenceModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For every architecture the logits of the runner are those of the reference within 1e-4, and the
 * greedy tokens are the same over 200 tokens, however the work is cut into steps and shared with
 * others.
 */
class LogitsTest {
  private static final float TOLERANCE = 1e-4f;
  private static final int COUNT = 200;

  private final ModelCache<Path, LoadedModel> models = new ModelCache<>(Runnable::run);

  @TempDir Path directory;
  private DjlModelRunner runner;

  /** One for each architecture that the engine has. */
  static Stream<Named<RandomCheckpoint>> architectures() {
    return Stream.of(
            RandomCheckpoint.llama(32),
            RandomFamilies.mistral(61),
            RandomCheckpoint.qwen2(31),
            RandomFamilies.qwen3(62),
            RandomFamilies.qwen3Moe(63),
            RandomFamilies.glm(64),
            RandomFamilies.glm4(65))
        .map(checkpoint -> Named.of(architecture(checkpoint), checkpoint));
  }

  /** What the configuration of an architecture leaves open. */
  static Stream<Named<RandomCheckpoint>> variants() {
    return Stream.of(
        Named.of("Llama with biases", RandomCheckpoint.llamaWithBiases(33)),
        Named.of("Llama with linear scaling", RandomFamilies.linear(66)),
        Named.of("Qwen2 with YaRN", RandomFamilies.yarn(67)),
        Named.of("Llama with partial rotary", RandomFamilies.partial(68)),
        Named.of("Qwen3-MoE, shares as they are", plainShares(69)),
        Named.of("Qwen3 with attention biases", biasedQwen3(70)));
  }

  private static RandomCheckpoint plainShares(long seed) {
    return RandomFamilies.qwen3Moe(seed).configured(config -> config.put("norm_topk_prob", false));
  }

  private static RandomCheckpoint biasedQwen3(long seed) {
    return RandomFamilies.qwen3(seed)
        .withBiases("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj")
        .configured(config -> config.put("attention_bias", true));
  }

  private static String architecture(RandomCheckpoint checkpoint) {
    return checkpoint.config().get("architectures").get(0).asText();
  }

  @AfterEach
  void close() {
    if (runner != null) {
      runner.close();
    }
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
            models.acquire(directory, () -> LoadedModel.read(directory, MatrixForm.FLOAT32)),
            limits,
            512,
            blocks);
    return new ManualEngine(runner, limits, RandomCheckpoint.VOCAB, blocks);
  }

  /** The completion equals the reference's, and so do the logits of its last tokens. */
  private static void assertAsReference(
      RandomCheckpoint checkpoint, ManualEngine engine, String id, int[] prompt) {
    int[] completion = engine.completion(id);
    List<float[]> logits = engine.logits(id);
    assertThat(completion).hasSizeGreaterThanOrEqualTo(COUNT);
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
        // Within the tolerance two tokens may be the best.
        assertThat(expected[completion[i]])
            .as("%s, token %s", id, i)
            .isGreaterThan(max(expected) - 2 * TOLERANCE);
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

  private static double max(double[] row) {
    return Arrays.stream(row).max().orElseThrow();
  }

  @Test
  void shouldCompareEveryArchitectureThereIs() {
    assertThat(architectures().map(Named::getName))
        .containsExactlyElementsOf(Architecture.ALL.stream().map(Architecture::name).toList());
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void shouldEqualTheReferenceWhenAlone(RandomCheckpoint checkpoint) {
    assertAsReferenceAlone(checkpoint);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void shouldEqualTheReferenceWhenTheConfigurationVaries(RandomCheckpoint checkpoint) {
    assertAsReferenceAlone(checkpoint);
  }

  private void assertAsReferenceAlone(RandomCheckpoint checkpoint) {
    ManualEngine engine = open(checkpoint, 4, 512, 16, 40);
    engine.add("alone", Lane.ONLINE, prompt(7, 77), new int[0], COUNT);
    engine.runToEnd();
    assertAsReference(checkpoint, engine, "alone", prompt(7, 77));
  }

  @ParameterizedTest
  @MethodSource("architectures")
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
  @MethodSource("architectures")
  void shouldEqualTheReferenceWhenThePromptIsCutIntoChunks(RandomCheckpoint checkpoint) {
    ManualEngine engine = open(checkpoint, 4, 13, 16, 100);
    engine.add("long", Lane.ONLINE, prompt(1, 60), new int[0], COUNT);
    engine.add("longer", Lane.ONLINE, prompt(2, 200), new int[0], COUNT);
    engine.runToEnd();
    assertAsReference(checkpoint, engine, "long", prompt(1, 60));
    assertAsReference(checkpoint, engine, "longer", prompt(2, 200));
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void shouldEqualTheReferenceWhenPreempted(RandomCheckpoint checkpoint) {
    ManualEngine engine = open(checkpoint, 3, 64, 8, 50);
    for (int i = 0; i < 3; i++) {
      engine.add("crowded " + i, Lane.OFFLINE, prompt(i, 20), new int[0], COUNT);
    }
    engine.runToEnd();
    assertThat(engine.preemptions()).isPositive();
    for (int i = 0; i < 3; i++) {
      assertAsReference(checkpoint, engine, "crowded " + i, prompt(i, 20));
    }
  }

  @Test
  void shouldEqualTheReferenceWhenResumedAfterAnyToken() {
    RandomCheckpoint checkpoint = RandomCheckpoint.qwen2(31);
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
  @MethodSource("architectures")
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
