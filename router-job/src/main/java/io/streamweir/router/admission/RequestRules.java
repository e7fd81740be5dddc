package io.streamweir.router.admission;

import io.streamweir.router.outcome.Rejection;
import io.streamweir.router.outcome.ReplyPartitions;
import io.streamweir.schemas.InferenceRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All rules that can be decided on the request alone, in the order in which they are told. Pure.
 */
final class RequestRules {

  private final List<Rule> rules;

  /**
   * @param maxPromptChars most characters of the prompt, or of all messages together
   */
  RequestRules(int maxPromptChars, ReplyPartitions replyPartitions) {
    rules =
        Stream.of(
                IdentityRules.ALL,
                AnswerRules.ALL,
                new PromptRules(maxPromptChars).all(),
                SamplingRules.ALL,
                new ServiceRules(replyPartitions).all())
            .flatMap(List::stream)
            .toList();
  }

  /** The first rule that the request breaks. */
  Optional<Rejection> check(InferenceRequest request) {
    return first(rules, request);
  }

  /** Why the request cannot be told apart from others, if it cannot. */
  Optional<Rejection> checkIdentity(InferenceRequest request) {
    return first(IdentityRules.ALL, request);
  }

  private static Optional<Rejection> first(List<Rule> rules, InferenceRequest request) {
    return rules.stream().map(rule -> rule.check(request)).flatMap(Optional::stream).findFirst();
  }
}
