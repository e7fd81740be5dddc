package io.streamweir.engine;

import java.util.List;
import java.util.Set;

/**
 * How the tokens of a sequence are chosen; every default is already filled in.
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
 */
public record SamplingParams(
    int maxTokens,
    double temperature,
    double topP,
    int topK,
    long seed,
    List<String> stopStrings,
    Set<Integer> stopTokenIds,
    boolean ignoreEos) {

  /** Greedy decoding up to {@code maxTokens} or the model's end-of-sequence token. */
  public static SamplingParams greedy(int maxTokens) {
    return new SamplingParams(maxTokens, 0, 1, 0, 0, List.of(), Set.of(), false);
  }
}
