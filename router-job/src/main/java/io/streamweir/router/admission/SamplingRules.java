package io.streamweir.router.admission;

import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.Excerpt;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.schemas.RequestLimits;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.ResponseFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Ranges of the sampling parameters: OpenAI's. A NaN is in no range. */
final class SamplingRules {

  private static final int MOST_FORMAT_CHARS = 1 << 18;
  private static final int MOST_STOP_CHARS = 256;
  private static final int MOST_BIASES = 1024;
  private static final int MOST_LOGPROBS = 20;
  private static final double MOST_PENALTY = 2;
  private static final double MOST_BIAS = 100;

  /** A token id in decimal digits, well below the largest int. */
  private static final Pattern TOKEN_ID = Pattern.compile("0|[1-9][0-9]{0,8}");

  static final List<Rule> ALL =
      List.of(
          of(SamplingRules::maxTokens),
          of(SamplingRules::temperature),
          of(SamplingRules::topP),
          of(SamplingRules::topK),
          of(SamplingRules::stop),
          of(SamplingRules::stopTokenIds),
          of(SamplingRules::penalties),
          of(SamplingRules::repetitionPenalty),
          of(SamplingRules::minP),
          of(SamplingRules::minTokens),
          of(SamplingRules::logitBias),
          of(SamplingRules::topLogprobs),
          of(SamplingRules::responseFormat));

  private SamplingRules() {}

  private static Rule of(Function<SamplingParams, Optional<Rejection>> rule) {
    return request -> rule.apply(request.getSampling());
  }

  private static Optional<Rejection> responseFormat(SamplingParams sampling) {
    var format = sampling.getResponseFormat();
    if (format == null) {
      return Optional.empty();
    }
    if (format.length() > MOST_FORMAT_CHARS) {
      return Rule.require(
          false,
          "the length of response_format",
          format.length(),
          "at most " + MOST_FORMAT_CHARS + " characters");
    }
    try {
      ResponseFormat.check(format);
    } catch (ConstraintException e) {
      return Optional.of(
          new Rejection(
              ErrorCode.INVALID_REQUEST, "response_format is refused. " + e.getMessage()));
    }
    return Rule.require(
        !sampling.getIgnoreEos(), "ignore_eos", true, "false beside a response_format, which ends");
  }

  private static Optional<Rejection> maxTokens(SamplingParams sampling) {
    var value = sampling.getMaxTokens();
    return Rule.require(value == null || value >= 1, "max_tokens", value, "at least 1, or absent");
  }

  private static Optional<Rejection> temperature(SamplingParams sampling) {
    var value = sampling.getTemperature();
    return Rule.require(
        value == null || (value >= 0 && value <= 2), "temperature", value, "from 0 to 2");
  }

  private static Optional<Rejection> topP(SamplingParams sampling) {
    var value = sampling.getTopP();
    return Rule.require(
        value == null || (value > 0 && value <= 1), "top_p", value, "above 0 and at most 1");
  }

  private static Optional<Rejection> topK(SamplingParams sampling) {
    var value = sampling.getTopK();
    return Rule.require(
        value == null || value >= 0, "top_k", value, "at least 1, or 0 for all candidates");
  }

  private static Optional<Rejection> stop(SamplingParams sampling) {
    var stops = sampling.getStop();
    if (stops.size() > RequestLimits.MOST_STOPS) {
      return Rule.require(
          false,
          "stop",
          "a list of " + stops.size(),
          "at most " + RequestLimits.MOST_STOPS + " strings");
    }
    return stops.stream()
        .filter(stop -> stop.isEmpty() || stop.length() > MOST_STOP_CHARS)
        .findFirst()
        .flatMap(
            stop ->
                Rule.require(
                    false,
                    "stop[" + stops.indexOf(stop) + "]",
                    Excerpt.of(stop),
                    "1 to " + MOST_STOP_CHARS + " characters"));
  }

  private static Optional<Rejection> stopTokenIds(SamplingParams sampling) {
    var ids = sampling.getStopTokenIds();
    if (ids.size() > RequestLimits.MOST_STOP_TOKENS) {
      return Rule.require(
          false,
          "stop_token_ids",
          "a list of " + ids.size(),
          "at most " + RequestLimits.MOST_STOP_TOKENS);
    }
    return ids.stream()
        .filter(id -> id < 0)
        .findFirst()
        .flatMap(id -> Rule.require(false, "stop_token_ids", id, "token ids, 0 or above"));
  }

  private static Optional<Rejection> penalties(SamplingParams sampling) {
    var presence = penalty("presence_penalty", sampling.getPresencePenalty());
    return presence.isPresent()
        ? presence
        : penalty("frequency_penalty", sampling.getFrequencyPenalty());
  }

  private static Optional<Rejection> penalty(String field, Double value) {
    return Rule.require(
        value == null || Math.abs(value) <= MOST_PENALTY, field, value, "from -2 to 2");
  }

  private static Optional<Rejection> repetitionPenalty(SamplingParams sampling) {
    var value = sampling.getRepetitionPenalty();
    return Rule.require(
        value == null
            || (value >= RequestLimits.LEAST_REPETITION_PENALTY
                && value <= RequestLimits.MOST_REPETITION_PENALTY),
        "repetition_penalty",
        value,
        "from "
            + RequestLimits.LEAST_REPETITION_PENALTY
            + " to "
            + RequestLimits.MOST_REPETITION_PENALTY);
  }

  private static Optional<Rejection> minP(SamplingParams sampling) {
    var value = sampling.getMinP();
    return Rule.require(value == null || (value >= 0 && value <= 1), "min_p", value, "from 0 to 1");
  }

  private static Optional<Rejection> minTokens(SamplingParams sampling) {
    var value = sampling.getMinTokens();
    var most = sampling.getMaxTokens() == null ? Integer.MAX_VALUE : sampling.getMaxTokens();
    return Rule.require(
        value == null || (value >= 0 && value <= most),
        "min_tokens",
        value,
        "0 or above, and at most max_tokens");
  }

  private static Optional<Rejection> logitBias(SamplingParams sampling) {
    var biases = sampling.getLogitBias();
    if (biases.size() > MOST_BIASES) {
      return Rule.require(
          false, "logit_bias", "a map of " + biases.size(), "at most " + MOST_BIASES);
    }
    return biases.entrySet().stream()
        .map(
            bias ->
                Rule.require(
                    TOKEN_ID.matcher(bias.getKey()).matches()
                        && Math.abs(bias.getValue()) <= MOST_BIAS,
                    "logit_bias[" + Excerpt.of(bias.getKey()) + "]",
                    bias.getValue(),
                    "from -100 to 100, and its key a token id"))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<Rejection> topLogprobs(SamplingParams sampling) {
    var value = sampling.getTopLogprobs();
    return Rule.require(
        value == null || (value >= 0 && value <= MOST_LOGPROBS),
        "top_logprobs",
        value,
        "from 0 to " + MOST_LOGPROBS + ", or absent for none");
  }
}
