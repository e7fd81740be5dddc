package io.streamweir.router.prompt;

import io.streamweir.schemas.AnswerReading;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.text.ModelText;
import io.streamweir.text.grammar.AnswerFormat;
import io.streamweir.text.grammar.AnswerFormat.Begins;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.ResponseFormat;
import io.streamweir.text.output.OutputSyntax;
import io.streamweir.text.output.PromptEnd;
import io.streamweir.text.output.ThinkingTags;
import io.streamweir.text.output.ToolOffer;
import io.streamweir.text.tokenizer.InvalidTextException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a chat asks of its answer, in terms of the model: what the template is told, how the answer
 * is read, and what it is held to.
 */
final class AnswerPlan {

  private final InferenceRequest request;
  private final ModelText text;
  private final ToolOffer offer;
  private final OutputSyntax syntax;

  /**
   * @throws InvalidTextException if the model cannot do what is asked
   */
  AnswerPlan(InferenceRequest request, ModelText text) {
    this.request = request;
    this.text = text;
    this.offer = ToolOffer.parse(request.getTools(), request.getToolChoice());
    this.syntax = offer.isEmpty() ? text.outputSyntax() : text.outputSyntax().withCalls();
    if (!offer.isEmpty() && !offer.required() && !text.rendersTools()) {
      throw new InvalidTextException(
          "tools are given, but the model's chat template does not know any, so that the model"
              + " would not see them. Leave them out, or make it call one with tool_choice"
              + " \"required\".");
    }
    if (Boolean.TRUE.equals(request.getEnableThinking()) && !thinks()) {
      throw new InvalidTextException(
          "enable_thinking is true, but the model does not think aloud. Leave it out.");
    }
  }

  private boolean thinks() {
    return syntax.separatesReasoning() || text.thinkingSwitch().exists();
  }

  /** Variables of the chat template. */
  Map<String, Object> templateVariables() {
    var variables = new HashMap<String, Object>();
    if (!offer.isEmpty()) {
      variables.put("tools", offer.templateVariable());
    }
    if (request.getEnableThinking() != null) {
      variables.putAll(text.thinkingSwitch().variables(request.getEnableThinking()));
    }
    return variables;
  }

  /** How the answer is read; null if it is nothing but content. */
  AnswerReading reading() {
    if (request.getPrompt() != null || (offer.isEmpty() && !syntax.separatesReasoning())) {
      return null;
    }
    var budget = budget();
    return AnswerReading.newBuilder()
        .setTools(offer.isEmpty() ? null : offer.tools().toString())
        .setThinkingBudget(budget)
        .setEndOfThinking(budget < 0 ? List.of() : endOfThinking())
        .build();
  }

  /** A template without a switch cannot keep a model from thinking, a budget of nothing can. */
  private int budget() {
    var off = Boolean.FALSE.equals(request.getEnableThinking());
    if (off && !text.thinkingSwitch().exists()) {
      return 0;
    }
    return request.getThinkingBudget() == null ? -1 : request.getThinkingBudget();
  }

  private List<Integer> endOfThinking() {
    return syntax
        .endOfThinking(offer.required())
        .map(ending -> Arrays.stream(text.tokenizer().encode(ending)).boxed().toList())
        .orElse(List.of());
  }

  /**
   * What the answer is held to, as JSON; null if it may be anything.
   *
   * @param promptIds the prompt, which may have opened the reasoning
   * @throws ConstraintException if it cannot be held to that
   */
  String responseFormat(int[] promptIds) {
    var given = request.getSampling().getResponseFormat();
    var content = Optional.ofNullable(given).filter(json -> ResponseFormat.parse(json).isPresent());
    var begins = begins(promptIds);
    var heldCalls =
        !offer.isEmpty()
            && (offer.required()
                || offer.strict()
                || !request.getParallelToolCalls()
                || content.isPresent());
    var plain = request.getPrompt() != null || begins == Begins.BEHIND;
    if (!heldCalls && (content.isEmpty() || plain)) {
      return given;
    }
    var answer =
        new AnswerFormat(
            syntax.thinking(),
            begins,
            content,
            heldCalls ? Optional.of(calls()) : Optional.empty());
    answer.check();
    return answer.toJson();
  }

  private AnswerFormat.Calls calls() {
    return new AnswerFormat.Calls(
        syntax.toolCalls(), offer.required(), request.getParallelToolCalls(), offer.functions());
  }

  private Begins begins(int[] promptIds) {
    var tags = syntax.thinking();
    var end = PromptEnd.text(promptIds, text.tokenizer().vocabulary());
    if (tags == ThinkingTags.NONE || tags.closedBy(end)) {
      return Begins.BEHIND;
    }
    return tags.openedBy(end) ? Begins.INSIDE : Begins.FREE;
  }
}
