package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.Dtype;
import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.Lane;
import io.streamweir.engine.RecordingListener;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.core.ManualEngine;
import io.streamweir.engine.reference.RandomCheckpoint;
import io.streamweir.engine.reference.RandomFamilies;
import io.streamweir.text.Message;
import io.streamweir.text.ModelText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a dtype does to a model, against float32 on the same tokens. The figures are printed; {@code
 * -Ddtype.model=DIRECTORY} measures them for another model, with random prompts.
 */
class DtypeTest {
  private static final Path DEMO = Path.of("..", "models", "support-intents");
  private static final int UTTERANCES = 60;

  @TempDir Path directory;

  /** How the logits of two dtypes differ over some positions. */
  private record Difference(int positions, double topAgreement, double meanKl) {
    @Override
    public String toString() {
      return "%d positions, top-1 agreement %.2f %%, mean KL %.2e"
          .formatted(positions, 100 * topAgreement, meanKl);
    }
  }

  private static EngineConfig limits(Path model, Dtype dtype) {
    return EngineConfig.forCpu(model, 1).withKvCache(64 << 20, 16).withDtype(dtype);
  }

  /** The logits before each token of a completion, and after them; completions are forced. */
  private static List<float[]> logits(Path model, Dtype dtype, int[] prompt, int[] completion) {
    ModelCache<Path, LoadedModel> models = new ModelCache<>(Runnable::run);
    MatrixForm form = MatrixForm.valueOf(dtype.name());
    var lease = models.acquire(model, () -> LoadedModel.read(model, form));
    int vocab = lease.value().config().vocabSize();
    EngineConfig limits = limits(model, dtype);
    try (DjlModelRunner runner = DjlModelRunner.open(lease, limits, 512, 64)) {
      ManualEngine engine = new ManualEngine(runner, limits, vocab, 64);
      List<float[]> rows = new ArrayList<>();
      for (int k = 0; k < completion.length; k++) {
        engine.add("at " + k, Lane.ONLINE, prompt, Arrays.copyOf(completion, k), k + 1);
        engine.runToEnd();
        rows.add(engine.logits("at " + k).get(0));
      }
      return rows;
    }
  }

  private static Difference compare(Path model, Dtype dtype, int[] prompt, int[] completion) {
    List<float[]> exact = logits(model, Dtype.FLOAT32, prompt, completion);
    List<float[]> other = logits(model, dtype, prompt, completion);
    int agreements = 0;
    double kl = 0;
    for (int i = 0; i < exact.size(); i++) {
      double[] p = logSoftmax(exact.get(i));
      double[] q = logSoftmax(other.get(i));
      agreements += largest(p) == largest(q) ? 1 : 0;
      for (int token = 0; token < p.length; token++) {
        kl += Math.exp(p[token]) * (p[token] - q[token]);
      }
    }
    return new Difference(exact.size(), agreements / (double) exact.size(), kl / exact.size());
  }

  private static double[] logSoftmax(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    double[] result = new double[logits.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = logits[i] - max - Math.log(sum);
    }
    return result;
  }

  private static int largest(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static int[] random(int seed, int length, int vocab) {
    return new Random(seed).ints(length, 0, vocab).toArray();
  }

  @Test
  void shouldTakeInt8ByItselfOnlyForALargeModelOnAProcessorForBytes() {
    Set<String> vnni = Set.of("avx2", "avx512_vnni");
    Set<String> plain = Set.of("avx2");
    long large = 494_000_000;
    assertThat(MatrixForm.of(Dtype.AUTO, large, vnni)).isEqualTo(MatrixForm.INT8);
    assertThat(MatrixForm.of(Dtype.AUTO, large, Set.of("avx_vnni"))).isEqualTo(MatrixForm.FLOAT32);
    assertThat(MatrixForm.of(Dtype.AUTO, large, plain)).isEqualTo(MatrixForm.FLOAT32);
    assertThat(MatrixForm.of(Dtype.AUTO, 2_000_000, vnni)).isEqualTo(MatrixForm.FLOAT32);
    for (Dtype named : List.of(Dtype.FLOAT32, Dtype.BFLOAT16, Dtype.INT8)) {
      assertThat(MatrixForm.of(named, large, plain).dtype()).isEqualTo(named);
      assertThat(MatrixForm.of(named, 1, vnni).dtype()).isEqualTo(named);
    }
    assertThat(DjlEngineProvider.dtype(EngineConfig.forCpu(DEMO, 1))).isEqualTo(Dtype.FLOAT32);
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "BFLOAT16"})
  void shouldStayNearFloat32(Dtype dtype) {
    for (RandomCheckpoint checkpoint :
        List.of(
            RandomCheckpoint.llamaWithBiases(51),
            RandomFamilies.glm4(52),
            RandomFamilies.qwen3Moe(53))) {
      checkpoint.write(directory);
      Difference difference =
          compare(
              directory,
              dtype,
              random(1, 30, RandomCheckpoint.VOCAB),
              random(2, 60, RandomCheckpoint.VOCAB));
      System.out.printf(
          "%s on %s: %s%n", dtype, checkpoint.config().at("/architectures/0"), difference);
      double most = dtype == Dtype.INT8 ? 0.25 : 0.02;
      assertThat(difference.meanKl()).as("%s: %s", dtype, difference).isBetween(1e-9, most);
      assertThat(difference.topAgreement()).as("%s: %s", dtype, difference).isGreaterThan(0.8);
    }
  }

  /** The model of the demo: what people lose by a dtype that is faster. */
  @ParameterizedTest
  @EnumSource(names = {"INT8", "BFLOAT16"})
  void shouldAnswerAsFloat32OnTheModelOfTheDemo(Dtype dtype) throws Exception {
    int count = Integer.getInteger("dtype.utterances", UTTERANCES);
    List<Utterance> utterances = Utterance.all(DEMO).subList(0, count);
    Answers exact = answers(Dtype.FLOAT32, utterances);
    Answers other = answers(dtype, utterances);
    int same = 0;
    for (int i = 0; i < count; i++) {
      same += exact.texts().get(i).equals(other.texts().get(i)) ? 1 : 0;
    }
    System.out.printf(
        "%s on %d utterances: accuracy %.4f, float32 %.4f, equal answers %.4f%n",
        dtype,
        count,
        accuracy(other.texts(), utterances),
        accuracy(exact.texts(), utterances),
        same / (double) count);
    assertThat(same).isGreaterThanOrEqualTo(count * 95 / 100);
    KnownCpu.require(
        () -> {
          assertThat(exact.reproducible()).isTrue();
          assertThat(other.reproducible()).isTrue();
        });
  }

  private static double accuracy(List<String> answers, List<Utterance> utterances) {
    int right = 0;
    for (int i = 0; i < answers.size(); i++) {
      String intent = "\"intent\":\"" + utterances.get(i).intent() + "\"";
      right += answers.get(i).contains(intent) ? 1 : 0;
    }
    return right / (double) answers.size();
  }

  /** What an engine said, and what it found out about itself. */
  private record Answers(List<String> texts, boolean reproducible) {}

  private static Answers answers(Dtype dtype, List<Utterance> utterances) {
    RecordingListener listener = new RecordingListener();
    List<String> answers = new ArrayList<>();
    try (ModelText text = ModelText.load(DEMO);
        InferenceEngine engine = EngineProvider.named("djl").load(limits(DEMO, dtype))) {
      engine.start(listener);
      for (int i = 0; i < utterances.size(); i++) {
        List<Message> messages = List.of(Message.of("user", utterances.get(i).text()));
        int[] prompt = text.encodeChat(messages, Map.of());
        engine.submit(Requests.online("s" + i, prompt, SamplingParams.greedy(64)));
      }
      for (int i = 0; i < utterances.size(); i++) {
        assertThat(listener.awaitFinish("s" + i).finishReason()).isEqualTo(FinishReason.STOP);
        answers.add(listener.text("s" + i));
      }
      listener.assertClean();
      return new Answers(answers, engine.statistics().reproducible());
    }
  }

  /** Neighbours must not share a scale. */
  @Test
  void shouldComputeTheSameBitsInAnyBatchAsInt8() {
    for (RandomCheckpoint checkpoint :
        List.of(RandomCheckpoint.qwen2(54), RandomFamilies.glm4(55), RandomFamilies.qwen3Moe(56))) {
      checkpoint.write(directory);
      try (InferenceEngine engine =
          EngineProvider.named("djl").load(limits(directory, Dtype.INT8))) {
        KnownCpu.require(() -> assertThat(engine.statistics().reproducible()).isTrue());
      }
    }
  }

  @Test
  void shouldMeasureAGivenModel() {
    String model = System.getProperty("dtype.model");
    org.junit.jupiter.api.Assumptions.assumeTrue(model != null, "no -Ddtype.model");
    for (Dtype dtype : List.of(Dtype.INT8, Dtype.BFLOAT16)) {
      Difference difference =
          compare(Path.of(model), dtype, random(3, 40, 1000), random(4, 40, 1000));
      System.out.printf("%s on %s: %s%n", dtype, model, difference);
      assertThat(difference.meanKl()).isFinite();
    }
  }
}
