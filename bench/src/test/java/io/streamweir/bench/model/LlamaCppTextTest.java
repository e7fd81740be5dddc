package io.streamweir.bench.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.CacheType;
import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineListener;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.Lane;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.StepResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The djl engine on a checkpoint says what llama.cpp says on the same checkpoint exported as GGUF
 * in F32: two implementations that share no line. Skipped where llama.cpp's library does not load.
 */
class LlamaCppTextTest {
  /** The printable characters and the end. */
  private static final int VOCAB = 95;

  private static final int TOKENS = 60;
  private static final float NEVER = -100f;
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  @TempDir Path directory;

  private static String prompt(int seed) {
    StringBuilder text = new StringBuilder();
    new Random(seed)
        .ints(10 + 20 * seed, 0, LETTERS.length())
        .forEach(i -> text.append(LETTERS.charAt(i)));
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({"qwen2, 4, true", "llama, 4, false", "llama, 2, true", "mistral, 1, false"})
  void shouldSayWhatLlamaCppSays(String architecture, int kvHeads, boolean tied) throws Exception {
    ModelShape shape = new ModelShape(architecture, VOCAB, 64, 96, 3, 4, kvHeads, 512, tied);
    Path checkpoint = directory.resolve("checkpoint");
    Path gguf = directory.resolve("model.gguf");
    RandomModel.write(checkpoint, shape, 5);
    GgufExport.write(checkpoint, GgufType.F32, gguf);
    List<String> theirs = theirs(gguf, shape);
    assertThat(ours(checkpoint, shape)).isEqualTo(theirs);
    assertThat(theirs).doesNotHaveDuplicates().allSatisfy(t -> assertThat(t).hasSize(TOKENS));
  }

  private static List<String> theirs(Path gguf, ModelShape shape) {
    List<String> texts = new ArrayList<>();
    try (LlamaModel model = open(gguf)) {
      for (int seed = 0; seed < 4; seed++) {
        texts.add(
            model.complete(
                new InferenceParameters(prompt(seed))
                    .setNPredict(TOKENS)
                    .setTemperature(0)
                    .setRepeatPenalty(1)
                    .setTokenIdBias(Map.of(shape.endToken(), NEVER))
                    .setCachePrompt(false)));
      }
    }
    return texts;
  }

  private static LlamaModel open(Path gguf) {
    try {
      return new LlamaModel(
          new ModelParameters()
              .setModel(gguf.toString())
              .setCtxSize(512)
              .setThreads(1)
              .setThreadsBatch(1)
              .setCacheTypeK(CacheType.F32)
              .setCacheTypeV(CacheType.F32)
              .disableLog());
    } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
      return abort("llama.cpp's library does not load on this machine: " + e);
    }
  }

  private static List<String> ours(Path checkpoint, ModelShape shape) throws Exception {
    List<String> texts = new ArrayList<>();
    Collector collector = new Collector();
    EngineConfig config = EngineConfig.forCpu(checkpoint, 1).withKvCache(4 << 20, 16);
    try (InferenceEngine engine = EngineProvider.named("djl").load(config)) {
      engine.start(collector);
      for (int seed = 0; seed < 4; seed++) {
        int[] tokens = prompt(seed).chars().map(c -> c - '!').toArray();
        SamplingParams sampling =
            SamplingParams.builder(TOKENS).logitBias(Map.of(shape.endToken(), NEVER)).build();
        texts.add(
            collector.textOf(
                engine,
                new EngineRequest(
                    "s" + seed, tokens, new int[0], sampling, Lane.ONLINE, 0, Long.MAX_VALUE)));
      }
    }
    return texts;
  }

  /** Text of one sequence at a time. */
  private static final class Collector implements EngineListener {
    private final StringBuilder text = new StringBuilder();
    private CompletableFuture<String> finished;

    String textOf(InferenceEngine engine, EngineRequest request) throws Exception {
      text.setLength(0);
      finished = new CompletableFuture<>();
      engine.submit(request);
      return finished.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void onStep(StepResult result) {
      for (SequenceOutput output : result.outputs()) {
        text.append(output.text());
        if (output.error() != null) {
          finished.completeExceptionally(new IllegalStateException(output.error().message()));
        } else if (output.finished()) {
          finished.complete(text.toString());
        }
      }
    }

    @Override
    public void onFailure(Throwable cause) {
      finished.completeExceptionally(cause);
    }
  }
}
