package io.streamweir.router.admission;

import io.streamweir.router.outcome.Excerpt;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.schemas.SamplingParams;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Ranges of the sampling parameters: OpenAI's. A NaN is in no range. */
final class SamplingRules {

  private static final int MOST_STOPS = 16;
  private static final int MOST_STOP_CHARS = 256;
  private static final int MOST_STOP_TOKENS = 256;

  static final List<Rule> ALL =
      List.of(
          of(SamplingRules::maxTokens),
          of(SamplingRules::temperature),
          of(SamplingRules::topP),
          of(SamplingRules::topK),
          of(SamplingRules::stop),
          of(SamplingRules::stopTokenIds));

  private SamplingRules() {}

  private static Rule of(Function<SamplingParams, Optional<Rejection>> rule) {
    return request -> rule.apply(request.getSampling());
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
    if (stops.size() > MOST_STOPS) {
      return Rule.require(
          false, "stop", "a list of " + stops.size(), "at most " + MOST_STOPS + " strings");
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
    if (ids.size() > MOST_STOP_TOKENS) {
      return Rule.require(
          false, "stop_token_ids", "a list of " + ids.size(), "at most " + MOST_STOP_TOKENS);
    }
    return ids.stream()
        .filter(id -> id < 0)
        .findFirst()
        .flatMap(id -> Rule.require(false, "stop_token_ids", id, "token ids, 0 or above"));
  }
}
