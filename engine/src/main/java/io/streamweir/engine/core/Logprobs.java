package io.streamweir.engine.core;

import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.TokenLogprobs;
import java.util.Arrays;

/** Reads log-probabilities off a row of logits, in two passes and without copies of the row. */
final class Logprobs {
  /** Logits this far below the largest weigh less than 1e-13 of it and are left out of the sum. */
  private static final float NEGLIGIBLE = 30;

  private final int[] ids = new int[SamplingParams.MOST_LOGPROBS];
  private int found;

  /**
   * @param row finite, or negative infinity
   * @param max the largest of them
   * @param top how many of the likeliest
   */
  TokenLogprobs of(float[] row, float max, int chosen, int top) {
    double norm = max + StrictMath.log(sum(row, max));
    findTop(row, Math.min(top, row.length));
    int[] topIds = Arrays.copyOf(ids, found);
    float[] logprobs = new float[found];
    for (int i = 0; i < found; i++) {
      logprobs[i] = (float) (row[topIds[i]] - norm);
    }
    return new TokenLogprobs((float) (row[chosen] - norm), topIds, logprobs);
  }

  private static double sum(float[] row, float max) {
    double sum = 0;
    for (float logit : row) {
      if (logit >= max - NEGLIGIBLE) {
        sum += StrictMath.exp(logit - max);
      }
    }
    return sum;
  }

  private void findTop(float[] row, int top) {
    found = 0;
    for (int token = 0; token < row.length && top > 0; token++) {
      if (found < top || row[token] > row[ids[found - 1]]) {
        int at = found < top ? found++ : top - 1;
        while (at > 0 && row[ids[at - 1]] < row[token]) {
          ids[at] = ids[at - 1];
          at--;
        }
        ids[at] = token;
      }
    }
  }
}
