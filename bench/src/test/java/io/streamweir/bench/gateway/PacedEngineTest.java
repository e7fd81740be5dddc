package io.streamweir.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineListener;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.Lane;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.StepResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacedEngineTest {

  private static final int[] PROMPT = {7};

  @TempDir Path directory;

  private final BlockingQueue<SequenceOutput> outputs = new LinkedBlockingQueue<>();
  private InferenceEngine engine;

  @BeforeEach
  void load() {
    engine = EngineProvider.named("paced").load(EngineConfig.forCpu(directory, 1));
    engine.start(
        new EngineListener() {
          @Override
          public void onStep(StepResult result) {
            outputs.addAll(result.outputs());
          }

          @Override
          public void onFailure(Throwable cause) {
            throw new AssertionError(cause);
          }
        });
  }

  @AfterEach
  void close() throws InterruptedException {
    engine.close();
    assertThat(engine.awaitEnd(Duration.ofSeconds(10))).isTrue();
  }

  private void submit(String id, int tokens, int... generated) {
    var sampling = SamplingParams.builder(tokens).build();
    engine.submit(
        new EngineRequest(id, PROMPT, generated, sampling, Lane.ONLINE, 0, Long.MAX_VALUE));
  }

  private SequenceOutput next() throws InterruptedException {
    var output = outputs.poll(10, TimeUnit.SECONDS);
    assertThat(output).isNotNull();
    return output;
  }

  @Test
  void shouldGiveEverythingInOneStepWhenNoPaceIsSet() throws Exception {
    submit("a", 3);

    var output = next();

    assertThat(output.tokenIds()).hasSize(3);
    assertThat(output.text()).isEqualTo("xxxx xxxx xxxx ");
    assertThat(output.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void shouldKeepThePaceThatWasSetWhenTheSequenceCame() throws Exception {
    new Pace(20, 2).write(directory);
    var begin = System.nanoTime();
    submit("a", 5);
    Pace.AT_ONCE.write(directory);
    var tokens = 0;
    SequenceOutput last;
    do {
      last = next();
      assertThat(last.firstIndex()).isEqualTo(tokens);
      tokens += last.tokenIds().length;
    } while (!last.finished());

    assertThat(tokens).isEqualTo(5);
    assertThat(last.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(200));
    assertThat(last.text()).endsWith("x ");
  }

  @Test
  void shouldGoOnBehindWhatWasGeneratedBefore() throws Exception {
    submit("a", 5, 1, 1, 1);

    var output = next();

    assertThat(output.firstIndex()).isEqualTo(3);
    assertThat(output.tokenIds()).hasSize(2);
  }

  @Test
  void shouldEndWhatIsCancelledAndForgetIt() throws Exception {
    new Pace(0.001, 1).write(directory);
    submit("a", 5);
    assertThat(next().finished()).isFalse();

    engine.cancel("a", FinishReason.CANCELLED);
    engine.cancel("unknown", FinishReason.CANCELLED);

    assertThat(next().finishReason()).isEqualTo(FinishReason.CANCELLED);
    submit("b", 1);
    assertThat(next().sequenceId()).isEqualTo("b");
    assertThat(engine.statistics().running()).isZero();
  }

  @Test
  void shouldRefuseAPaceThatIsNone() {
    assertThatThrownBy(() -> new Pace(-1, 1)).hasMessageContaining("-1.0 tokens/s");
    assertThatThrownBy(() -> new Pace(1, 0)).hasMessageContaining("at least 1 character");
  }
}
