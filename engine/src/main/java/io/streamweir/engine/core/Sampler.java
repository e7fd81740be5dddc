package io.streamweir.engine.core;

import io.streamweir.engine.SamplingParams;

/**
 * Chooses the next token: the one with the largest logit / temperature + {@link GumbelNoise}, among
 * those that top-k and top-p leave; at temperature 0 the largest logit. Ties go to the lowest id.
 *
 * <p>Works on one row at a time in buffers allocated once. Belongs to the engine's thread.
 */
final class Sampler {
  private final float[] row;
  private final Candidates candidates;

  Sampler(int vocabSize) {
    row = new float[vocabSize];
    candidates = new Candidates(vocabSize);
  }

  /**
   * @param index the row of the sequence
   * @param position index in the completion of the token to choose
   * @throws NumericException if the row has no finite largest logit
   */
  int sample(StepLogits logits, int index, int position, SamplingParams params) {
    float max = logits.max(index);
    if (!Float.isFinite(max)) {
      throw new NumericException(max);
    }
    int best = logits.argmax(index);
    if (params.temperature() == 0 || params.topK() == 1) {
      return best;
    }
    logits.copy(index, row);
    GumbelNoise noise = new GumbelNoise(params.seed(), position);
    boolean restricted = params.topP() < 1 || (params.topK() > 0 && params.topK() < row.length);
    return restricted ? amongCandidates(max, params, noise) : amongAll(best, params, noise);
  }

  private int amongCandidates(float max, SamplingParams params, GumbelNoise noise) {
    candidates.select(row, max, params.temperature(), params.topK(), params.topP());
    int best = candidates.token(0);
    double bestScore = score(best, params, noise);
    for (int i = 1; i < candidates.size(); i++) {
      int token = candidates.token(i);
      double score = score(token, params, noise);
      if (score > bestScore || (score == bestScore && token < best)) {
        best = token;
        bestScore = score;
      }
    }
    return best;
  }

  private int amongAll(int likeliest, SamplingParams params, GumbelNoise noise) {
    int best = likeliest;
    double bestScore = score(best, params, noise);
    for (int token = 0; token < row.length; token++) {
      if (noise.mayExceed(bestScore - row[token] / params.temperature(), token)) {
        double score = score(token, params, noise);
        if (score > bestScore || (score == bestScore && token < best)) {
          best = token;
          bestScore = score;
        }
      }
    }
    return best;
  }

  private double score(int token, SamplingParams params, GumbelNoise noise) {
    return row[token] / params.temperature() + noise.of(token);
  }

  /** A row of logits is no distribution: something of the model or its input overflowed. */
  static final class NumericException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NumericException(float max) {
      super("the largest logit is " + max);
    }
  }
}
