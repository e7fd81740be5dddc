package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.RecordingListener;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.reference.RandomCheckpoint;
import io.streamweir.engine.reference.ReferenceModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tokens of the engine are those of the reference, whatever happens beside and before. */
class GreedyTextTest {
  private static final int COUNT = 120;
  private static final SamplingParams GREEDY =
      new SamplingParams(COUNT, 0, 1, 0, 0, List.of(), Set.of(), true);

  @TempDir Path directory;

  static Stream<Named<RandomCheckpoint>> checkpoints() {
    return Stream.of(
        Named.of("Qwen2", RandomCheckpoint.qwen2(11)),
        Named.of("Llama", RandomCheckpoint.llama(12)),
        Named.of("Llama with biases", RandomCheckpoint.llamaWithBiases(13)));
  }

  private static int[] prompt(int seed, int length) {
    return new Random(seed).ints(length, 0, RandomCheckpoint.VOCAB).toArray();
  }

  private InferenceEngine load(RandomCheckpoint checkpoint, EngineConfig limits) {
    checkpoint.write(directory);
    return EngineProvider.named("djl").load(limits);
  }

  private EngineConfig limits() {
    return EngineConfig.forCpu(directory, 1).withKvCache(8 << 20, 16);
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void shouldSayWhatTheReferenceSaysWhenAlone(RandomCheckpoint checkpoint) {
    try (InferenceEngine engine = load(checkpoint, limits())) {
      RecordingListener listener = new RecordingListener();
      engine.start(listener);
      for (int length : new int[] {1, 2, 31, 32, 33, 100}) {
        String id = "length-" + length;
        engine.submit(Requests.online(id, prompt(length, length), GREEDY));
        listener.awaitFinish(id);
        assertThat(listener.tokens(id))
            .isEqualTo(ReferenceModel.greedy(checkpoint, prompt(length, length), COUNT));
      }
      listener.assertClean();
    }
  }
}
