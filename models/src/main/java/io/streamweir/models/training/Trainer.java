package io.streamweir.models.training;

import io.streamweir.models.checkpoint.BFloat16;
import io.streamweir.models.checkpoint.ModelDirectory;
import io.streamweir.models.checkpoint.ModelShape;
import io.streamweir.models.data.Augmentation;
import io.streamweir.models.data.Corpus;
import io.streamweir.models.tokenizer.BpeTokenizer;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * The training loop. The weights on disk are those that did best on the validation split, as it is
 * and with new entities, so it may be stopped at any time.
 */
public final class Trainer {
  private static final int REPORT_EVERY = 50;
  private static final int MAX_ANSWER_TOKENS = 48;

  private final ModelShape shape;
  private final Hyperparameters hyper;
  private final BpeTokenizer tokenizer;
  private final ModelDirectory output;
  private final PrintWriter log;

  public Trainer(
      ModelShape shape,
      Hyperparameters hyper,
      BpeTokenizer tokenizer,
      ModelDirectory output,
      PrintWriter log) {
    this.shape = shape;
    this.hyper = hyper;
    this.tokenizer = tokenizer;
    this.output = output;
    this.log = log;
  }

  /**
   * Trains from random weights.
   *
   * @param validateEvery steps between two looks at the validation split
   * @return the loss of the last step
   */
  public float train(Corpus.Split data, long seed, int validateEvery) throws IOException {
    double best = -1;
    float loss = Float.NaN;
    long started = System.nanoTime();
    Batches batches = new Batches(data.training(), tokenizer, hyper, seed);
    float[] initial = Initialization.random(shape, seed);
    try (Qwen2Script model = new Qwen2Script(shape, hyper, initial)) {
      Qwen2Script.seed((int) seed);
      for (int step = 1; step <= hyper.steps(); step++) {
        Qwen2Script.Progress progress = model.train(batches.next());
        loss = progress.loss();
        if (step % REPORT_EVERY == 0 || step == 1) {
          log.printf(
              "step %d loss %.4f gradient %.2f rate %.2e seconds %.0f%n",
              step,
              loss,
              progress.gradientNorm(),
              hyper.learningRate(step - 1),
              (System.nanoTime() - started) / 1e9);
          log.flush();
        }
        if (step % validateEvery == 0 || step == hyper.steps()) {
          best = validate(data.validation(), BFloat16.round(model.weights()), step, best);
        }
      }
    }
    return loss;
  }

  private double validate(Corpus validation, float[] weights, int step, double best)
      throws IOException {
    try (Qwen2Script rounded = new Qwen2Script(shape, hyper, weights)) {
      GreedyDecoder decoder = new GreedyDecoder(rounded, tokenizer, MAX_ANSWER_TOKENS);
      Scores known = Scores.of(decoder, validation);
      Scores copied = Scores.of(decoder, new Augmentation(0).withNewEntities(validation));
      double score = known.answerExact() + copied.answerExact();
      log.printf("step %d validation: %s%n", step, known);
      log.printf("step %d new entities: %s%n", step, copied);
      log.flush();
      if (score >= best) {
        output.writeWeights(shape, weights);
      }
      return Math.max(best, score);
    }
  }
}
