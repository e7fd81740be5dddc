package io.streamweir.engine.core;

import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.TokenLogprobs;
import java.util.Set;

/**
 * Chooses the next token: the one with the largest logit / temperature + {@link GumbelNoise}, among
 * those that min-p, top-k and top-p leave; at temperature 0 the largest logit. Ties go to the
 * lowest id. The logits are the model's, as {@link LogitRow} adjusts them.
 *
 * <p>Works on one row at a time in buffers allocated once. Belongs to the engine's thread.
 */
final class Sampler {
  private final LogitRow row;
  private final Candidates candidates;
  private final Logprobs logprobs = new Logprobs();

  /**
   * @param endTokenIds tokens by which the model ends a completion
   */
  Sampler(int vocabSize, Set<Integer> endTokenIds) {
    row = new LogitRow(vocabSize, endTokenIds);
    candidates = new Candidates(vocabSize);
  }

  /**
   * @param index the row of the sequence
   * @throws NumericException if the row has no finite largest logit
   * @throws LogitRow.NoTokenException if what the request asks for leaves no token
   */
  int sample(StepLogits logits, int index, Sequence sequence) {
    float max = logits.max(index);
    if (!Float.isFinite(max)) {
      throw new NumericException(max);
    }
    SamplingParams params = sequence.request().sampling();
    boolean greedy = params.temperature() == 0 || params.topK() == 1;
    boolean adjusts = LogitRow.adjusts(sequence);
    if (greedy && !adjusts) {
      return logits.argmax(index);
    }
    row.load(logits, index);
    if (adjusts) {
      row.adjust(sequence);
    }
    if (greedy) {
      return row.best();
    }
    GumbelNoise noise = new GumbelNoise(params.seed(), sequence.generated());
    boolean restricted =
        params.topP() < 1
            || params.minP() > 0
            || (params.topK() > 0 && params.topK() < row.values().length);
    return restricted ? amongCandidates(params, noise) : amongAll(params, noise);
  }

  /** The log-probabilities that the request asks for; the row must have been sampled. */
  TokenLogprobs logprobs(StepLogits logits, int index, int token, SamplingParams params) {
    row.load(logits, index);
    return logprobs.of(row.values(), logits.max(index), token, params.topLogprobs());
  }

  private int amongCandidates(SamplingParams params, GumbelNoise noise) {
    candidates.select(row.values(), row.values()[row.best()], params);
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

  private int amongAll(SamplingParams params, GumbelNoise noise) {
    float[] values = row.values();
    int best = row.best();
    double bestScore = score(best, params, noise);
    for (int token = 0; token < values.length; token++) {
      if (noise.mayExceed(bestScore - values[token] / params.temperature(), token)) {
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
    return row.values()[token] / params.temperature() + noise.of(token);
  }

  /** A row of logits is no distribution: something of the model or its input overflowed. */
  static final class NumericException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NumericException(float max) {
      super("the largest logit is " + max);
    }
  }
}
