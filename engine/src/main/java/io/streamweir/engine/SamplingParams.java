package io.streamweir.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the tokens of a sequence are chosen; every default is already filled in.
 *
 * <p>The logits of the model pass through, in this order: {@code logitBias}, {@code
 * repetitionPenalty}, {@code frequencyPenalty} and {@code presencePenalty}, the request's {@link
 * TokenMask} and {@code minTokens}, {@code temperature}, {@code minP}, {@code topK}, {@code topP}.
 * All of it depends on the tokens of the sequence alone, so a resumed sequence goes on with the
 * tokens that it would have had.
 *
 * @param maxTokens upper bound on the whole completion, tokens generated before a resume included;
 *     at least 1
 * @param temperature 0 is greedy
 * @param topP nucleus mass in (0, 1]
 * @param topK number of candidates, 0 for all
 * @param seed the random number of position p is a function of (seed, p, token id) alone
 * @param stopStrings generation ends before the first of them
 * @param stopTokenIds generation ends at the first of them
 * @param ignoreEos whether the model's own end-of-sequence tokens are ordinary tokens
 * @param minP tokens less probable than this share of the most probable one are left out; 0 leaves
 *     out none
 * @param minTokens completion tokens before which no end-of-sequence and no stop token is chosen;
 *     stop strings count from the first token on
 * @param presencePenalty subtracted from the logits of tokens that the completion has, once
 * @param frequencyPenalty subtracted from them once for each time
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens that prompt or
 *     completion have; 1 for none
 * @param logitBias added to the logits of these tokens
 * @param topLogprobs how many of the likeliest tokens are reported beside the chosen one, 0 to
 *     {@value #MOST_LOGPROBS}; -1 reports not even that one
 */
public record SamplingParams(
    int maxTokens,
    double temperature,
    double topP,
    int topK,
    long seed,
    List<String> stopStrings,
    Set<Integer> stopTokenIds,
    boolean ignoreEos,
    double minP,
    int minTokens,
    double presencePenalty,
    double frequencyPenalty,
    double repetitionPenalty,
    Map<Integer, Float> logitBias,
    int topLogprobs) {

  public static final int MOST_LOGPROBS = 20;

  /** Without penalties, bias, lower bounds and log-probabilities. */
  public SamplingParams(
      int maxTokens,
      double temperature,
      double topP,
      int topK,
      long seed,
      List<String> stopStrings,
      Set<Integer> stopTokenIds,
      boolean ignoreEos) {
    this(
        maxTokens,
        temperature,
        topP,
        topK,
        seed,
        stopStrings,
        stopTokenIds,
        ignoreEos,
        0,
        0,
        0,
        0,
        1,
        Map.of(),
        -1);
  }

  /** Greedy decoding up to {@code maxTokens} or the model's end-of-sequence token. */
  public static SamplingParams greedy(int maxTokens) {
    return builder(maxTokens).build();
  }

  /** Starts from {@link #greedy}. */
  public static SamplingParamsBuilder builder(int maxTokens) {
    return new SamplingParamsBuilder(maxTokens);
  }

  /** Whether log-probabilities are reported. */
  public boolean wantsLogprobs() {
    return topLogprobs >= 0;
  }

  /** Whether a token's logit depends on the tokens before it by a penalty. */
  public boolean penalizes() {
    return presencePenalty != 0 || frequencyPenalty != 0 || repetitionPenalty != 1;
  }
}
