package io.streamweir.engine.core;

/**
 * Predicts how long a step takes from its {@link StepLoad}, by a linear regression that is fitted
 * again after each step.
 *
 * <p>Least squares of the error as a share of what was predicted, so that short steps count as much
 * as long ones; of what was taken instead, where that is much longer, so that a pause of the
 * machine does not upset it. Older steps count less and less. Coefficients are kept non-negative
 * (more work is never predicted to take less time) by coordinate descent on the normal equations,
 * which starts from the coefficients before and so needs a few rounds only.
 */
final class StepTimePredictor {
  private static final int LEAST_STEPS = 20;
  private static final double MEMORY = 0.98;
  private static final double OUTLIER = 4;
  private static final int ROUNDS = 8;
  private static final double ERROR_SHARE = 0.02;

  private final int size = StepLoad.NONE.terms().length;
  private final double[][] products = new double[size][size];
  private final double[] targets = new double[size];
  private final double[] coefficients = new double[size];
  private long steps;
  private double error;

  /** Whether it has seen enough steps to be relied on. */
  boolean isReady() {
    return steps >= LEAST_STEPS;
  }

  /** Microseconds; 0 until it is ready. */
  double predict(StepLoad load) {
    return isReady() ? dot(load.terms()) : 0;
  }

  /** Mean of |predicted - taken| / taken over the last steps or so, of predictions made before. */
  double meanError() {
    return error;
  }

  /** Learns from a step that took so many microseconds. */
  void observe(StepLoad load, double micros) {
    double[] terms = load.terms();
    double taken = Math.max(1, micros);
    double scale = taken;
    if (isReady()) {
      double predicted = dot(terms);
      scale = Math.max(predicted, taken / OUTLIER);
      double relative = Math.abs(predicted - taken) / taken;
      error += (Math.min(1, relative) - error) * (steps == LEAST_STEPS ? 1 : ERROR_SHARE);
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        products[i][j] = MEMORY * products[i][j] + terms[i] * terms[j] / (scale * scale);
      }
      targets[i] = MEMORY * targets[i] + terms[i] * taken / (scale * scale);
    }
    steps++;
    fit();
  }

  private void fit() {
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < size; i++) {
        double square = products[i][i];
        if (square > Double.MIN_NORMAL) {
          double rest = targets[i];
          for (int j = 0; j < size; j++) {
            rest -= products[i][j] * coefficients[j];
          }
          coefficients[i] = Math.max(0, coefficients[i] + rest / square);
        }
      }
    }
  }

  private double dot(double[] terms) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += coefficients[i] * terms[i];
    }
    return sum;
  }
}
