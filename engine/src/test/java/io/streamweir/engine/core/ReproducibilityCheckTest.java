package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineConfig;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReproducibilityCheckTest {
  private static final int VOCAB = 97;

  private static EngineConfig limits(int maxRunning, int maxStepTokens, int blockSize) {
    return EngineConfig.forCpu(Path.of("."), 1)
        .withLimits(0, maxRunning, maxStepTokens)
        .withKvCache(1 << 20, blockSize);
  }

  private static ModelFacts facts(int kvBlocks) {
    return new ModelFacts("chain", VOCAB, 64, Set.of(), kvBlocks);
  }

  /** A model whose logits change a little when the last row of its step is not the first. */
  private static ModelRunner uneven(int blocks) {
    ModelRunner even = new ChainRunner(blocks, 16, VOCAB);
    return new ModelRunner() {
      @Override
      public StepLogits run(ScheduledStep step) {
        StepLogits logits = even.run(step);
        return new StepLogits() {
          @Override
          public float max(int row) {
            return logits.max(row);
          }

          @Override
          public int argmax(int row) {
            return logits.argmax(row);
          }

          @Override
          public void copy(int row, float[] into) {
            logits.copy(row, into);
            into[5] += step.chunks().size() == 4 ? 1e-7f : 0;
          }
        };
      }

      @Override
      public void close() {
        even.close();
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"32, 512, 16, 40", "2, 9, 16, 5", "1, 4, 16, 4", "8, 64, 3, 30", "8, 64, 1, 20"})
  void shouldFindNothingWhenARowDependsOnItsSequenceAlone(
      int maxRunning, int maxStepTokens, int blockSize, int kvBlocks) {
    ChainRunner runner = new ChainRunner(kvBlocks, blockSize, VOCAB);
    EngineConfig limits = limits(maxRunning, maxStepTokens, blockSize);
    assertThat(ReproducibilityCheck.run(runner, facts(kvBlocks), limits)).isEmpty();
  }

  @Test
  void shouldSayWhichLogitDiffersWhenARowDependsOnItsMates() {
    assertThat(ReproducibilityCheck.run(uneven(40), facts(40), limits(32, 512, 16)))
        .hasValueSatisfying(
            text -> assertThat(text).startsWith("logit 5 for token 2").contains("among 6 others"));
  }

  @Test
  void shouldNotVouchForWhatItCannotTry() {
    ChainRunner runner = new ChainRunner(4, 1, VOCAB);
    assertThat(ReproducibilityCheck.run(runner, facts(4), limits(8, 64, 1)))
        .hasValueSatisfying(text -> assertThat(text).contains("too short"));
  }
}
