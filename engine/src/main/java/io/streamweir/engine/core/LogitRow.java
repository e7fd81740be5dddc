package io.streamweir.engine.core;

import io.streamweir.engine.SamplingParams;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * The logits of one sequence while bias, penalties and masks are applied to them, in buffers
 * allocated once per engine. What is applied depends on the tokens of the sequence alone.
 */
final class LogitRow {
  private final float[] values;
  private final long[] allowed;

  /** All zero between two calls; a sequence touches the entries of its own tokens. */
  private final int[] counts;

  private final Set<Integer> endTokenIds;
  private int best;

  /**
   * @param endTokenIds tokens by which the model ends a completion
   */
  LogitRow(int vocabSize, Set<Integer> endTokenIds) {
    values = new float[vocabSize];
    allowed = new long[(vocabSize + 63) / 64];
    counts = new int[vocabSize];
    this.endTokenIds = endTokenIds;
  }

  /** Whether the sequence is sampled from other logits than the model's own. */
  static boolean adjusts(Sequence sequence) {
    SamplingParams params = sequence.request().sampling();
    return params.penalizes()
        || !params.logitBias().isEmpty()
        || sequence.mask() != null
        || sequence.generated() < params.minTokens();
  }

  float[] values() {
    return values;
  }

  /** The lowest token id that has the largest logit, as of the last load or adjustment. */
  int best() {
    return best;
  }

  void load(StepLogits logits, int row) {
    logits.copy(row, values);
    best = logits.argmax(row);
  }

  /**
   * Applies what the sequence asks for to the loaded logits.
   *
   * @throws NoTokenException if no token is left
   */
  void adjust(Sequence sequence) {
    SamplingParams params = sequence.request().sampling();
    for (Map.Entry<Integer, Float> bias : params.logitBias().entrySet()) {
      values[bias.getKey()] += bias.getValue();
    }
    if (params.repetitionPenalty() != 1) {
      penalizeRepetition(sequence, (float) params.repetitionPenalty());
    }
    if (params.frequencyPenalty() != 0 || params.presencePenalty() != 0) {
      penalizeFrequency(sequence, params);
    }
    boolean early = sequence.generated() < params.minTokens();
    if (sequence.mask() != null) {
      restrict(sequence, early);
    } else if (early) {
      withholdEnds(params);
    }
    best = argmax();
    if (values[best] == Float.NEGATIVE_INFINITY) {
      throw new NoTokenException(sequence);
    }
  }

  private void penalizeRepetition(Sequence sequence, float penalty) {
    for (int i = 0; i < sequence.length(); i++) {
      int token = sequence.token(i);
      if (counts[token]++ == 0) {
        values[token] = values[token] > 0 ? values[token] / penalty : values[token] * penalty;
      }
    }
    for (int i = 0; i < sequence.length(); i++) {
      counts[sequence.token(i)] = 0;
    }
  }

  private void penalizeFrequency(Sequence sequence, SamplingParams params) {
    int first = sequence.promptLength();
    for (int i = first; i < sequence.length(); i++) {
      counts[sequence.token(i)]++;
    }
    for (int i = first; i < sequence.length(); i++) {
      int token = sequence.token(i);
      if (counts[token] > 0) {
        double penalty = params.presencePenalty() + params.frequencyPenalty() * counts[token];
        values[token] -= (float) penalty;
        counts[token] = 0;
      }
    }
  }

  private void withholdEnds(SamplingParams params) {
    params.stopTokenIds().forEach(this::forbid);
    if (!params.ignoreEos()) {
      endTokenIds.forEach(this::forbid);
    }
  }

  private void forbid(int token) {
    if (token >= 0 && token < values.length) {
      values[token] = Float.NEGATIVE_INFINITY;
    }
  }

  /** A mask that allows nothing but an end wins over the least number of tokens. */
  private void restrict(Sequence sequence, boolean early) {
    Arrays.fill(allowed, -1L);
    if (values.length % 64 != 0) {
      allowed[allowed.length - 1] = -1L >>> (64 - values.length % 64);
    }
    sequence.mask().apply(allowed);
    for (int word = 0; word < allowed.length; word++) {
      int end = Math.min(values.length, (word + 1) * 64);
      for (int token = word * 64; allowed[word] != -1L && token < end; token++) {
        if ((allowed[word] >>> token & 1) == 0) {
          values[token] = Float.NEGATIVE_INFINITY;
        }
      }
    }
    if (early && hasTokenBesideEnds(sequence.request().sampling())) {
      withholdEnds(sequence.request().sampling());
    }
  }

  private boolean hasTokenBesideEnds(SamplingParams params) {
    for (int token = 0; token < values.length; token++) {
      if (values[token] != Float.NEGATIVE_INFINITY
          && !params.stopTokenIds().contains(token)
          && (params.ignoreEos() || !endTokenIds.contains(token))) {
        return true;
      }
    }
    return false;
  }

  private int argmax() {
    int most = 0;
    for (int token = 1; token < values.length; token++) {
      if (values[token] > values[most]) {
        most = token;
      }
    }
    return most;
  }

  /** Mask, bias and penalties leave a sequence no token to go on with. */
  static final class NoTokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoTokenException(Sequence sequence) {
      super(sequence + " has no token with a probability above zero");
    }
  }
}
