package io.streamweir.engine.core;

import io.streamweir.engine.EngineError;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.SamplingParams;
import java.util.Map;

/** Checks a request and makes a sequence of it. Belongs to the engine's thread. */
final class Intake {
  private final ModelFacts facts;
  private final int contextLength;
  private final TokenDecoder.Factory decoders;
  private long arrivals;

  Intake(ModelFacts facts, int blockSize, TokenDecoder.Factory decoders) {
    this.facts = facts;
    this.decoders = decoders;
    contextLength =
        Math.min(facts.maxModelLen(), Scheduler.longestFitting(facts.kvBlocks(), blockSize));
  }

  /** Longest prompt plus completion that the model and the KV cache allow, tokens. */
  int contextLength() {
    return contextLength;
  }

  /**
   * The sequence, its decoder at the end of the tokens generated before.
   *
   * @throws RejectedException if the request cannot run
   */
  Sequence accept(EngineRequest request, long nowMillis) throws RejectedException {
    checkPrompt(request);
    checkSampling(request.sampling());
    long wanted = (long) request.promptTokenIds().length + request.sampling().maxTokens();
    TokenDecoder decoder = decoders.create(request);
    for (int token : request.generatedTokenIds()) {
      decoder.append(token);
    }
    decoder.read();
    int maxLength = (int) Math.min(wanted, contextLength);
    return new Sequence(request, arrivals++, nowMillis, maxLength, decoder);
  }

  private void checkPrompt(EngineRequest request) throws RejectedException {
    int length = request.promptTokenIds().length;
    if (length == 0) {
      throw new RejectedException(
          "empty_prompt", "The prompt has no tokens; a completion needs at least one.");
    }
    if (length >= contextLength) {
      throw new RejectedException(
          "context_length_exceeded",
          "The prompt has "
              + length
              + " tokens and leaves no room for a completion: prompt and completion share "
              + contextLength
              + " tokens (the model takes "
              + facts.maxModelLen()
              + ", the KV cache has "
              + facts.kvBlocks()
              + " blocks). Shorten the prompt, or raise max-model-len or kv-cache-bytes of the"
              + " deployment.");
    }
    checkTokens(request.promptTokenIds(), "prompt");
    checkTokens(request.generatedTokenIds(), "generated");
  }

  private void checkTokens(int[] tokens, String what) throws RejectedException {
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] < 0 || tokens[i] >= facts.vocabSize()) {
        throw new RejectedException(
            "invalid_token_id",
            "Token "
                + i
                + " of the "
                + what
                + " tokens is "
                + tokens[i]
                + "; the model has ids 0 to "
                + (facts.vocabSize() - 1)
                + ". Was it tokenized for another model?");
      }
    }
  }

  private void checkSampling(SamplingParams params) throws RejectedException {
    check(params.maxTokens() >= 1, "max_tokens", params.maxTokens(), "at least 1");
    check(
        params.temperature() >= 0 && Double.isFinite(params.temperature()),
        "temperature",
        params.temperature(),
        "finite and not negative");
    check(params.topP() > 0 && params.topP() <= 1, "top_p", params.topP(), "in (0, 1]");
    check(params.topK() >= 0, "top_k", params.topK(), "0 (all) or more");
    check(params.minP() >= 0 && params.minP() <= 1, "min_p", params.minP(), "in [0, 1]");
    check(
        params.minTokens() >= 0 && params.minTokens() <= params.maxTokens(),
        "min_tokens",
        params.minTokens(),
        "between 0 and max_tokens");
    checkWithin(params.presencePenalty(), -2, 2, "presence_penalty");
    checkWithin(params.frequencyPenalty(), -2, 2, "frequency_penalty");
    checkWithin(params.repetitionPenalty(), 0.01, 100, "repetition_penalty");
    checkBias(params.logitBias());
    check(
        params.topLogprobs() >= -1 && params.topLogprobs() <= SamplingParams.MOST_LOGPROBS,
        "top_logprobs",
        params.topLogprobs(),
        "at most " + SamplingParams.MOST_LOGPROBS);
    check(
        params.stopStrings().stream().noneMatch(String::isEmpty),
        "stop",
        params.stopStrings(),
        "strings of at least one character");
  }

  private void checkBias(Map<Integer, Float> bias) throws RejectedException {
    for (Map.Entry<Integer, Float> entry : bias.entrySet()) {
      check(
          entry.getKey() >= 0 && entry.getKey() < facts.vocabSize(),
          "a token of logit_bias",
          entry.getKey(),
          "an id of the model, below " + facts.vocabSize());
      checkWithin(entry.getValue(), -100, 100, "a value of logit_bias");
    }
  }

  private static void checkWithin(double value, double least, double most, String name)
      throws RejectedException {
    check(value >= least && value <= most, name, value, "between " + least + " and " + most);
  }

  private static void check(boolean ok, String name, Object value, String rule)
      throws RejectedException {
    if (!ok) {
      throw new RejectedException("invalid_sampling", name + " is " + value + ", must be " + rule);
    }
  }

  /** A request that cannot run; its neighbours are not concerned. */
  static final class RejectedException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient EngineError error;

    RejectedException(String code, String message) {
      super(message);
      error = new EngineError(code, message);
    }

    EngineError error() {
      return error;
    }
  }
}
