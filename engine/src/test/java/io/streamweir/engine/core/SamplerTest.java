package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamweir.engine.SamplingParams;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final float[] LOGITS = {1, 3, 0, 2, 3, -1, Float.NEGATIVE_INFINITY, 0.5f};

  private static SamplingParams params(double temperature, double topP, int topK, long seed) {
    return new SamplingParams(1, temperature, topP, topK, seed, List.of(), Set.of(), false);
  }

  private static int sample(float[] row, int position, SamplingParams params) {
    return new Sampler(row.length).sample(new ArrayLogits(row), 0, position, params);
  }

  private static double[] frequencies(float[] row, double temperature, double topP, int topK) {
    Sampler sampler = new Sampler(row.length);
    double[] counts = new double[row.length];
    int n = 60_000;
    for (int i = 0; i < n; i++) {
      counts[
              sampler.sample(
                  new ArrayLogits(row), 0, i % 200, params(temperature, topP, topK, i / 200))] +=
          1.0 / n;
    }
    return counts;
  }

  private static double[] softmax(float[] row, double temperature, Set<Integer> among) {
    double[] p = new double[row.length];
    double sum = 0;
    for (int token : among) {
      p[token] = Math.exp(row[token] / temperature);
      sum += p[token];
    }
    for (int token : among) {
      p[token] /= sum;
    }
    return p;
  }

  @Test
  void shouldTakeTheLowestIdWhenTheLargestLogitIsTied() {
    assertThat(sample(LOGITS, 0, params(0, 1, 0, 5))).isEqualTo(1);
    assertThat(sample(LOGITS, 0, params(1, 1, 1, 5))).isEqualTo(1);
  }

  @Test
  void shouldSampleTheSoftmaxWhenNothingIsCutOff() {
    double[] expected = softmax(LOGITS, 0.8, Set.of(0, 1, 2, 3, 4, 5, 7));
    assertThat(frequencies(LOGITS, 0.8, 1, 0)).containsExactly(expected, within(0.01));
  }

  @Test
  void shouldSampleAmongTheLikeliestWhenTopKIsSet() {
    double[] expected = softmax(LOGITS, 1, Set.of(1, 4, 3));
    assertThat(frequencies(LOGITS, 1, 1, 3)).containsExactly(expected, within(0.01));
  }

  @Test
  void shouldSampleTheFewestThatReachTheMassWhenTopPIsSet() {
    // Probabilities in order: .38 .38 .14 .05 ...: two make .76, three .90.
    double[] expected = softmax(LOGITS, 1, Set.of(1, 4, 3));
    assertThat(frequencies(LOGITS, 1, 0.8, 0)).containsExactly(expected, within(0.01));
    assertThat(frequencies(LOGITS, 1, 0.3, 0)[1]).isEqualTo(1, within(1e-9));
  }

  @Test
  void shouldApplyTopPToWhatTopKLeaves() {
    // Of tokens 1, 4 and 3 the first two have .84 of the mass.
    double[] expected = softmax(LOGITS, 1, Set.of(1, 4));
    assertThat(frequencies(LOGITS, 1, 0.8, 3)).containsExactly(expected, within(0.01));
  }

  @Test
  void shouldChooseTheSameWhenTheSkippingOfTokensIsTakenOut() {
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      float[] row = new float[2_000];
      for (int token = 0; token < row.length; token++) {
        row[token] = (float) (random.nextGaussian() * 4);
      }
      assertThat(sample(row, i, params(1.3, 1, 0, 9))).isEqualTo(exhaustive(row, i, 1.3, 9));
    }
  }

  private static int exhaustive(float[] row, int position, double temperature, long seed) {
    GumbelNoise noise = new GumbelNoise(seed, position);
    int best = 0;
    for (int token = 1; token < row.length; token++) {
      if (row[token] / temperature + noise.of(token) > row[best] / temperature + noise.of(best)) {
        best = token;
      }
    }
    return best;
  }

  @Test
  void shouldRefuseTheRowWhenItIsNoDistribution() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] row = LOGITS.clone();
      row[2] = bad;
      assertThatThrownBy(() -> sample(row, 0, params(0, 1, 0, 0)))
          .isInstanceOf(Sampler.NumericException.class);
    }
    float[] empty = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
    assertThatThrownBy(() -> sample(empty, 0, params(1, 1, 0, 0)))
        .isInstanceOf(Sampler.NumericException.class);
  }

  private record ArrayLogits(float[] row) implements StepLogits {
    @Override
    public float max(int index) {
      float max = Float.NEGATIVE_INFINITY;
      for (float logit : row) {
        max = Math.max(max, logit);
      }
      return max;
    }

    @Override
    public int argmax(int index) {
      int best = 0;
      for (int token = 1; token < row.length; token++) {
        best = row[token] > row[best] ? token : best;
      }
      return best;
    }

    @Override
    public void copy(int index, float[] into) {
      System.arraycopy(row, 0, into, 0, row.length);
    }
  }
}
