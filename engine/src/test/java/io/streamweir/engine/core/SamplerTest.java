package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.SamplingParamsBuilder;
import io.streamweir.engine.TokenLogprobs;
import io.streamweir.engine.TokenMask;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final int END = 6;
  private static final float[] LOGITS = {1, 3, 0, 2, 3, -1, Float.NEGATIVE_INFINITY, 0.5f};

  private static SamplingParams params(double temperature, double topP, int topK, long seed) {
    return new SamplingParams(1, temperature, topP, topK, seed, List.of(), Set.of(), false);
  }

  private static int sample(float[] row, int position, SamplingParams params) {
    return sample(row, sequence(params, new int[1], new int[position]));
  }

  private static int sample(float[] row, Sequence sequence) {
    return new Sampler(row.length, Set.of(END)).sample(new ArrayLogits(row), 0, sequence);
  }

  private static Sequence sequence(SamplingParams params, int[] prompt, int... generated) {
    EngineRequest request = Requests.resumed(Requests.online("s", prompt, params), generated);
    return new Sequence(request, 0, 0, 10_000, new SpellingDecoder(List.of()));
  }

  private static Sequence masked(SamplingParams params, int... allowed) {
    EngineRequest request =
        Requests.online("s", new int[1], params).withMask(() -> new ListMask(allowed));
    return new Sequence(request, 0, 0, 10_000, new SpellingDecoder(List.of()));
  }

  private static double[] frequencies(float[] row, double temperature, double topP, int topK) {
    return frequencies(
        row, SamplingParams.builder(10_000).temperature(temperature).topP(topP).topK(topK));
  }

  private static double[] frequencies(float[] row, SamplingParamsBuilder params) {
    Sampler sampler = new Sampler(row.length, Set.of(END));
    double[] counts = new double[row.length];
    for (int seed = 0; seed < 300; seed++) {
      Sequence sequence = sequence(params.seed(seed).build(), new int[1]);
      for (int position = 0; position < 200; position++) {
        counts[sampler.sample(new ArrayLogits(row), 0, sequence)] += 1.0 / 60_000;
        sequence.append(END);
      }
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

  @Test
  void shouldLeaveOutWhatIsTooUnlikelyWhenMinPIsSet() {
    // Of the likeliest token's probability, 0.37 is that of token 3, 0.135 that of token 0.
    double[] expected = softmax(LOGITS, 1, Set.of(1, 4, 3));
    SamplingParamsBuilder params = SamplingParams.builder(10_000).temperature(1).minP(0.2);
    assertThat(frequencies(LOGITS, params)).containsExactly(expected, within(0.01));
  }

  @Test
  void shouldTakeTheBiasedTokenWhenTheBiasLiftsItAboveTheRest() {
    SamplingParams params = SamplingParams.builder(9).logitBias(Map.of(2, 3.5f, 1, -9f)).build();
    assertThat(sample(LOGITS, 0, params)).isEqualTo(2);
    double[] expected =
        softmax(new float[] {1, 3, 3.5f, 2, 3, -1, 0, 0.5f}, 1, Set.of(0, 1, 2, 3, 4, 5, 7));
    SamplingParamsBuilder sampled =
        SamplingParams.builder(10_000).temperature(1).logitBias(Map.of(2, 3.5f));
    assertThat(frequencies(LOGITS, sampled)).containsExactly(expected, within(0.01));
  }

  @Test
  void shouldPenalizeWhatTheCompletionHasAndNotThePromptWhenFrequencyCounts() {
    SamplingParams params =
        SamplingParams.builder(9).frequencyPenalty(0.4).presencePenalty(0.1).build();
    assertThat(sample(LOGITS, sequence(params, new int[] {1, 1, 1}))).isEqualTo(1);
    assertThat(sample(LOGITS, sequence(params, new int[] {1}, 1))).isEqualTo(4);
    // 3 - 0.1 - 2 * 0.4 = 2.1 and 3 - 0.1 - 0.4 = 2.5, against 2.
    assertThat(sample(LOGITS, sequence(params, new int[] {1}, 1, 1, 4))).isEqualTo(4);
    assertThat(sample(LOGITS, sequence(params, new int[] {1}, 1, 1, 4, 4, 4))).isEqualTo(1);
    assertThat(sample(LOGITS, sequence(params, new int[] {1}, 1, 1, 1, 4, 4, 4))).isEqualTo(3);
  }

  @Test
  void shouldPenalizePromptAndCompletionWhenRepetitionCounts() {
    SamplingParams params = SamplingParams.builder(9).repetitionPenalty(2).build();
    assertThat(sample(LOGITS, sequence(params, new int[] {1, 1}))).isEqualTo(4);
    assertThat(sample(LOGITS, sequence(params, new int[] {1}, 4))).isEqualTo(3);
    float[] below = {-1, -1.5f, -3, -4, -4, -4, -4, -4};
    assertThat(sample(below, sequence(params, new int[] {0}))).isEqualTo(1);
  }

  @Test
  void shouldChooseAmongTheAllowedWhenThereIsAMask() {
    SamplingParams greedy = SamplingParams.greedy(9);
    assertThat(sample(LOGITS, masked(greedy, 0, 2, 5))).isZero();
    float[] wide = new float[130];
    wide[3] = 9;
    wide[64] = 5;
    wide[129] = 7;
    assertThat(sample(wide, masked(greedy, 63, 64, 129))).isEqualTo(129);
    assertThat(sample(wide, masked(greedy, 63, 64, 65))).isEqualTo(64);
    assertThatThrownBy(() -> sample(LOGITS, masked(greedy)))
        .isInstanceOf(LogitRow.NoTokenException.class);
  }

  @Test
  void shouldWithholdTheEndsWhenTheLeastNumberOfTokensIsNotThere() {
    float[] ending = {1, 2, 3, 4, 5, 6, 9, 8};
    SamplingParams params = SamplingParams.builder(9).minTokens(2).stopTokenIds(Set.of(7)).build();
    assertThat(sample(ending, sequence(params, new int[1]))).isEqualTo(5);
    assertThat(sample(ending, sequence(params, new int[1], 1))).isEqualTo(5);
    assertThat(sample(ending, sequence(params, new int[1], 1, 1))).isEqualTo(END);
    SamplingParams ignoring = SamplingParams.builder(9).minTokens(2).ignoreEos(true).build();
    assertThat(sample(ending, sequence(ignoring, new int[1]))).isEqualTo(END);
    assertThat(sample(ending, masked(params, 0, END))).isZero();
    assertThat(sample(ending, masked(params, 7, END))).isEqualTo(END);
  }

  @Test
  void shouldLeaveNoTraceInTheNextRowWhenOneWasPenalized() {
    Sampler sampler = new Sampler(LOGITS.length, Set.of(END));
    SamplingParams heavy =
        SamplingParams.builder(9).repetitionPenalty(3).frequencyPenalty(2).build();
    SamplingParams light = SamplingParams.builder(9).repetitionPenalty(1.01).build();
    assertThat(sampler.sample(new ArrayLogits(LOGITS), 0, sequence(heavy, new int[] {1}, 4, 4)))
        .isEqualTo(3);
    assertThat(sampler.sample(new ArrayLogits(LOGITS), 0, sequence(light, new int[] {0})))
        .isEqualTo(1);
    assertThat(sampler.sample(new ArrayLogits(LOGITS), 0, sequence(heavy, new int[] {1}, 4, 4)))
        .isEqualTo(3);
  }

  @Test
  void shouldReportTheModelsOwnProbabilitiesWhenTheyAreAskedFor() {
    Sampler sampler = new Sampler(LOGITS.length, Set.of(END));
    double[] p = softmax(LOGITS, 1, Set.of(0, 1, 2, 3, 4, 5, 7));
    SamplingParams params =
        SamplingParams.builder(9).temperature(0.2).logitBias(Map.of(0, 50f)).topLogprobs(4).build();
    int token = sampler.sample(new ArrayLogits(LOGITS), 0, sequence(params, new int[1]));
    TokenLogprobs logprobs = sampler.logprobs(new ArrayLogits(LOGITS), 0, token, params);
    assertThat(token).isZero();
    assertThat(logprobs.chosen()).isEqualTo((float) Math.log(p[0]), within(1e-5f));
    assertThat(logprobs.topTokenIds()).containsExactly(1, 4, 3, 0);
    assertThat(logprobs.topLogprobs()[2]).isEqualTo((float) Math.log(p[3]), within(1e-5f));
    SamplingParams all = SamplingParams.builder(9).topLogprobs(20).build();
    assertThat(sampler.logprobs(new ArrayLogits(LOGITS), 0, 1, all).topTokenIds())
        .containsExactly(1, 4, 3, 0, 7, 2, 5, 6);
    SamplingParams none = SamplingParams.builder(9).topLogprobs(0).build();
    assertThat(sampler.logprobs(new ArrayLogits(LOGITS), 0, 1, none).topTokenIds()).isEmpty();
  }

  private record ListMask(int... tokens) implements TokenMask {
    @Override
    public void apply(long[] allowed) {
      long[] mine = new long[allowed.length];
      for (int token : tokens) {
        mine[token >> 6] |= 1L << token;
      }
      for (int word = 0; word < allowed.length; word++) {
        allowed[word] &= mine[word];
      }
    }

    @Override
    public void accept(int token) {
      assertThat(tokens).contains(token);
    }
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
