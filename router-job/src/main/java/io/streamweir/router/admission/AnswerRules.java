package io.streamweir.router.admission;

import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.text.output.ToolOffer;
import io.streamweir.text.tokenizer.InvalidTextException;
import java.util.List;
import java.util.Optional;

/** What a chat may answer with: tools and reasoning. */
final class AnswerRules {

  private static final int MOST_TOOLS_CHARS = 1 << 18;

  static final List<Rule> ALL = List.of(AnswerRules::tools, AnswerRules::thinking);

  private AnswerRules() {}

  private static Optional<Rejection> tools(InferenceRequest request) {
    var tools = request.getTools();
    if (tools != null && tools.length() > MOST_TOOLS_CHARS) {
      return Rule.require(
          false,
          "the length of tools",
          tools.length(),
          "at most " + MOST_TOOLS_CHARS + " characters");
    }
    try {
      var offer = ToolOffer.parse(tools, request.getToolChoice());
      return Rule.require(
          offer.isEmpty() || request.getPrompt() == null,
          "tools",
          "given beside a prompt",
          "absent; tools need messages");
    } catch (InvalidTextException e) {
      return Rule.reject(ErrorCode.INVALID_REQUEST, e.getMessage());
    }
  }

  private static Optional<Rejection> thinking(InferenceRequest request) {
    var budget = request.getThinkingBudget();
    if (request.getPrompt() != null && (budget != null || request.getEnableThinking() != null)) {
      return Rule.require(
          false, "enable_thinking or thinking_budget", "given beside a prompt", "absent");
    }
    return Rule.require(budget == null || budget >= 0, "thinking_budget", budget, "0 or above");
  }
}
