package io.streamweir.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.models.checkpoint.ModelDirectory;
import io.streamweir.models.checkpoint.ModelShape;
import io.streamweir.models.checkpoint.Qwen2Layout;
import io.streamweir.models.data.ChatPrompt;
import io.streamweir.models.data.Corpus;
import io.streamweir.models.tokenizer.BpeTokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny model on the few rows that are in the repository: does the machinery learn at all? */
class TrainerTest {
  private static final BpeTokenizer BYTES = new BpeTokenizer(List.of(), ChatPrompt.SPECIAL_TOKENS);
  private static final ModelShape TINY =
      new ModelShape(BYTES.size(), 32, 2, 2, 1, 64, 256, 10_000, 1e-6);

  @TempDir private Path folder;
  private Corpus.Split data;

  @BeforeEach
  void read() throws IOException {
    Corpus corpus = Corpus.read(Path.of("support-intents/data/dev.csv"));
    Corpus few = new Corpus(corpus.utterances().subList(0, 40));
    data = few.split(4, 1);
  }

  private float train(Path output, StringWriter log) throws IOException {
    ModelDirectory directory = new ModelDirectory(output);
    directory.writeDescription(TINY, BYTES);
    Hyperparameters hyper = Hyperparameters.of(20, 4);
    return new Trainer(TINY, hyper, BYTES, directory, new PrintWriter(log)).train(data, 5, 20);
  }

  @Test
  void shouldLowerTheLossInTwentyStepsAndSaveTheWeights() throws IOException {
    StringWriter log = new StringWriter();
    float loss = train(folder, log);
    ModelDirectory saved = new ModelDirectory(folder);

    assertThat(loss).isLessThan((float) Math.log(BYTES.size()) - 0.5f);
    assertThat(log.toString()).contains("step 1 loss").contains("step 20 validation: intent");
    assertThat(saved.readShape()).isEqualTo(TINY);
    assertThat(saved.readWeights(TINY)).hasSize(Qwen2Layout.size(TINY));
  }

  @Test
  void shouldStartWithTheLossOfAnEvenGuess() throws IOException {
    Hyperparameters hyper = Hyperparameters.of(20, 4);
    Batch batch = new Batches(data.training(), BYTES, hyper, 1).next();
    try (Qwen2Script model = new Qwen2Script(TINY, hyper, Initialization.random(TINY, 1))) {
      assertThat(model.train(batch).loss()).isBetween(5.3f, 6.1f);
    }
  }

  @Test
  void shouldIgnoreWhatStandsBehindAPositionAndInOtherRows() {
    Hyperparameters hyper = Hyperparameters.of(0, 1);
    try (Qwen2Script model = new Qwen2Script(TINY, hyper, Initialization.random(TINY, 2))) {
      long[] alone = model.nextTokens(new long[] {10, 20, 30}, 3, new long[] {0, 1, 2});
      long[] padded =
          model.nextTokens(new long[] {9, 9, 9, 9, 10, 20, 30, 99}, 4, new long[] {4, 5, 6});

      assertThat(padded).isEqualTo(alone);
    }
  }

  @Test
  void shouldRiseThenFallToZero() {
    Hyperparameters hyper = Hyperparameters.of(1000, 1);

    assertThat(hyper.learningRate(0)).isLessThan(hyper.learningRate(50));
    assertThat(hyper.learningRate(hyper.warmupSteps())).isEqualTo(hyper.learningRate());
    assertThat(hyper.learningRate(999)).isLessThan(1e-4 * hyper.learningRate());
  }
}
