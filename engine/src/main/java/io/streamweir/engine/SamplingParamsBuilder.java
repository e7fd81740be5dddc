package io.streamweir.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes {@link SamplingParams}, whose components are documented there; starts from greedy. */
public final class SamplingParamsBuilder {
  private final int maxTokens;
  private double temperature;
  private double topP = 1;
  private int topK;
  private long seed;
  private List<String> stopStrings = List.of();
  private Set<Integer> stopTokenIds = Set.of();
  private boolean ignoreEos;
  private double minP;
  private int minTokens;
  private double presencePenalty;
  private double frequencyPenalty;
  private double repetitionPenalty = 1;
  private Map<Integer, Float> logitBias = Map.of();
  private int topLogprobs = -1;

  SamplingParamsBuilder(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  public SamplingParamsBuilder temperature(double value) {
    temperature = value;
    return this;
  }

  public SamplingParamsBuilder topP(double value) {
    topP = value;
    return this;
  }

  public SamplingParamsBuilder topK(int value) {
    topK = value;
    return this;
  }

  public SamplingParamsBuilder seed(long value) {
    seed = value;
    return this;
  }

  public SamplingParamsBuilder stopStrings(List<String> value) {
    stopStrings = List.copyOf(value);
    return this;
  }

  public SamplingParamsBuilder stopTokenIds(Set<Integer> value) {
    stopTokenIds = Set.copyOf(value);
    return this;
  }

  public SamplingParamsBuilder ignoreEos(boolean value) {
    ignoreEos = value;
    return this;
  }

  public SamplingParamsBuilder minP(double value) {
    minP = value;
    return this;
  }

  public SamplingParamsBuilder minTokens(int value) {
    minTokens = value;
    return this;
  }

  public SamplingParamsBuilder presencePenalty(double value) {
    presencePenalty = value;
    return this;
  }

  public SamplingParamsBuilder frequencyPenalty(double value) {
    frequencyPenalty = value;
    return this;
  }

  public SamplingParamsBuilder repetitionPenalty(double value) {
    repetitionPenalty = value;
    return this;
  }

  public SamplingParamsBuilder logitBias(Map<Integer, Float> value) {
    logitBias = Map.copyOf(value);
    return this;
  }

  public SamplingParamsBuilder topLogprobs(int value) {
    topLogprobs = value;
    return this;
  }

  public SamplingParams build() {
    return new SamplingParams(
        maxTokens,
        temperature,
        topP,
        topK,
        seed,
        stopStrings,
        stopTokenIds,
        ignoreEos,
        minP,
        minTokens,
        presencePenalty,
        frequencyPenalty,
        repetitionPenalty,
        logitBias,
        topLogprobs);
  }
}
