package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineLoadException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers that are none: they end the sequence that has them, and nobody else's. */
class NumericErrorTest {
  private static final int POISON = 7;
  private static final int COUNT = 40;

  @TempDir Path directory;

  /** A checkpoint in which the embedding of one token is NaN. */
  private RandomCheckpoint poisoned() {
    RandomCheckpoint checkpoint = RandomCheckpoint.llama(41);
    float[] embedding = checkpoint.values("model.embed_tokens.weight");
    embedding[POISON * embedding.length / RandomCheckpoint.VOCAB] = Float.NaN;
    return checkpoint;
  }

  private static int[] clean(int seed, int length) {
    return new Random(seed).ints(length, 8, 256).toArray();
  }

  @Test
  void shouldEndThePoisonedSequenceAloneAndLeaveNoTraceInItsBlocks() {
    RandomCheckpoint checkpoint = poisoned();
    checkpoint.write(directory);
    SamplingParams sampling = new SamplingParams(COUNT, 0, 1, 0, 0, List.of(), Set.of(), true);
    RecordingListener listener = new RecordingListener();
    EngineConfig limits =
        EngineConfig.forCpu(directory, 1).withLimits(0, 4, 64).withKvCache(300 << 10, 16);
    try (InferenceEngine engine = EngineProvider.named("djl").load(limits)) {
      engine.start(listener);
      for (int round = 0; round < 6; round++) {
        int[] poison = clean(round, 150);
        poison[20 + 20 * round] = POISON;
        engine.submit(Requests.online("poisoned" + round, poison, sampling));
        engine.submit(Requests.online("mate" + round, clean(round, 9), sampling));
        assertThat(listener.awaitFinish("poisoned" + round).error().code())
            .isEqualTo("engine_numeric_error");
        engine.submit(Requests.online("heir" + round, clean(50 + round, 12), sampling));
        for (String id : List.of("mate" + round, "heir" + round)) {
          listener.awaitFinish(id);
          int[] prompt = id.startsWith("mate") ? clean(round, 9) : clean(50 + round, 12);
          int[] expected = ReferenceModel.greedy(checkpoint, prompt, COUNT);
          assertThat(expected).doesNotContain(POISON);
          assertThat(listener.tokens(id)).as(id).isEqualTo(expected);
        }
      }
    }
    listener.assertClean();
  }

  @Test
  void shouldNotLoadWhenTheWeightsMakeNoFiniteNumbers() {
    RandomCheckpoint checkpoint = RandomCheckpoint.qwen2(42);
    checkpoint.values("model.norm.weight")[3] = Float.NaN;
    checkpoint.write(directory);
    assertThatThrownBy(() -> EngineProvider.named("djl").load(EngineConfig.forCpu(directory, 1)))
        .isInstanceOf(EngineLoadException.class)
        .hasMessageContaining("no finite logits");
  }
}
