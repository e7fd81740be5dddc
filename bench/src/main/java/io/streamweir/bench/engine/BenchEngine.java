package io.streamweir.bench.engine;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.Lane;
import io.streamweir.engine.SamplingParams;
import java.util.List;
import java.util.Random;

/** An engine that runs, and what it does. Random prompts, greedy, every completion to its end. */
final class BenchEngine implements AutoCloseable {
  private static final int[] NONE = {};

  private final InferenceEngine engine;
  private final StepRecorder recorder = new StepRecorder();

  private BenchEngine(InferenceEngine engine) {
    this.engine = engine;
  }

  static BenchEngine load(EngineConfig config) {
    BenchEngine bench = new BenchEngine(EngineProvider.named("djl").load(config));
    bench.engine.start(bench.recorder);
    return bench;
  }

  /** A prompt that depends on the seed alone. */
  static int[] prompt(long seed, int tokens, int vocabSize) {
    return new Random(seed).ints(tokens, 0, vocabSize).toArray();
  }

  void submit(String id, Lane lane, int[] prompt, int generate) {
    SamplingParams sampling = SamplingParams.builder(generate).ignoreEos(true).build();
    recorder.expect(id);
    engine.submit(new EngineRequest(id, prompt, NONE, sampling, lane, 0, Long.MAX_VALUE));
  }

  void cancel(String id) {
    engine.cancel(id, FinishReason.CANCELLED);
  }

  List<StepRecorder.Trace> await(List<String> ids) throws InterruptedException {
    return recorder.await(ids);
  }

  List<StepRecorder.Step> takeSteps() {
    return recorder.takeSteps();
  }

  @Override
  public void close() {
    engine.close();
  }
}
