package io.streamweir.models.training;

/**
 * How to train.
 *
 * @param steps optimizer steps
 * @param warmupSteps steps over which the learning rate rises linearly
 * @param learningRate the highest, which then falls to zero along a cosine
 * @param weightDecay of matrices, decoupled from the gradient (AdamW)
 * @param clipNorm longest gradient, in the Euclidean norm
 * @param promptImportance weight of the loss on a prompt token, where an answer token has 1
 */
public record Hyperparameters(
    int steps,
    int warmupSteps,
    int batchSize,
    double learningRate,
    double weightDecay,
    double beta1,
    double beta2,
    double clipNorm,
    double dropout,
    double promptImportance) {

  /** What the committed model is trained with, but for the number of steps and the batch size. */
  public static Hyperparameters of(int steps, int batchSize) {
    return new Hyperparameters(
        steps, Math.min(200, steps / 10 + 1), batchSize, 2e-3, 0.1, 0.9, 0.98, 1.0, 0.02, 0.05);
  }

  /** Learning rate of a step, counted from 0. */
  public double learningRate(int step) {
    if (step < warmupSteps) {
      return learningRate * (step + 1) / warmupSteps;
    }
    double progress = (double) (step - warmupSteps) / Math.max(1, steps - warmupSteps);
    return learningRate * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
  }
}
