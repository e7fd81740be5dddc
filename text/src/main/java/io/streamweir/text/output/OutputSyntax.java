package io.streamweir.text.output;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.tokenizer.Vocabulary;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How a model writes its reasoning and its tool calls.
 *
 * @param toolCalls the form of its tool calls
 * @param thinking what it writes around its reasoning
 */
public record OutputSyntax(ToolCallSyntax toolCalls, ThinkingTags thinking) {
  public OutputSyntax {
    requireNonNull(toolCalls, "toolCalls is null");
    requireNonNull(thinking, "thinking is null");
  }

  /**
   * The syntax that a model's files show. A chat template decides alone: it writes the calls of
   * earlier turns, so the model has learnt its form. Without a template the tokens that were added
   * to the vocabulary decide, and where these say nothing, the type of the model.
   *
   * @param chatTemplate the source of the template
   * @param modelType {@code model_type} of config.json, or the empty text
   */
  public static OutputSyntax find(
      Optional<String> chatTemplate, Vocabulary vocabulary, String modelType) {
    FormatEvidence evidence = new FormatEvidence(chatTemplate, vocabulary, modelType);
    return new OutputSyntax(evidence.toolCalls(), evidence.thinking());
  }

  /**
   * The same, but with a form of calls: that of Hermes if the model has none of its own. For
   * requests that make the model call a tool whatever it has learnt.
   */
  public OutputSyntax withCalls() {
    return toolCalls == ToolCallSyntax.NONE
        ? new OutputSyntax(ToolCallSyntax.HERMES, thinking)
        : this;
  }

  /** Whether an answer may be more than content although no tools are offered. */
  public boolean separatesReasoning() {
    return thinking != ThinkingTags.NONE || toolCalls == ToolCallSyntax.HARMONY;
  }

  /**
   * A parser for one answer.
   *
   * @param prompt the prompt as the model gets it, or its end from the last control token on; it
   *     may have opened the thinking block
   * @param tools what the request offers
   * @param requestId what the ids of tool calls are made from
   */
  public OutputParser parser(String prompt, Tools tools, String requestId) {
    CallIds ids =
        toolCalls == ToolCallSyntax.MISTRAL
            ? new CallIds(requestId, "", 9)
            : new CallIds(requestId, "call_", 24);
    return new OutputParser(begin(prompt, tools), new Emitter(ids, Emitter.Trace.NONE));
  }

  /** The state in which an answer begins. */
  State begin(String prompt, Tools tools) {
    State content = toolCalls.content(tools);
    if (thinking == ThinkingTags.NONE) {
      return content;
    }
    return thinking.openedBy(prompt)
        ? new Thinking(thinking, content)
        : new ThinkingStart(thinking, content);
  }

  /** The markers of an answer that may call tools. */
  public Set<String> markers() {
    return markers(true);
  }

  /**
   * What a detokenizer has to spell out although it may be a control token, so that the parser sees
   * it.
   *
   * @param toolsOffered whether the answer may call tools; else the parser takes their markers for
   *     content, where a control token has no place
   */
  public Set<String> markers(boolean toolsOffered) {
    Set<String> markers = new HashSet<>();
    if (toolsOffered || toolCalls == ToolCallSyntax.HARMONY) {
      markers.addAll(toolCalls.markers());
    }
    if (thinking != ThinkingTags.NONE) {
      markers.add(thinking.open());
      markers.add(thinking.close());
    }
    return Set.copyOf(markers);
  }

  /**
   * What ends the reasoning of this model wherever it stands, or nothing if the model does not
   * think aloud. A {@link ThinkingBudget} makes the model say it.
   *
   * @param mustCall whether the answer is held to call a tool, and content may not follow
   */
  public Optional<String> endOfThinking(boolean mustCall) {
    if (toolCalls == ToolCallSyntax.HARMONY) {
      return Optional.of(
          Markers.HARMONY_END
              + Markers.HARMONY_START
              + "assistant"
              + Markers.HARMONY_CHANNEL
              + (mustCall ? "commentary to=" : "final" + Markers.HARMONY_MESSAGE));
    }
    return thinking == ThinkingTags.NONE
        ? Optional.empty()
        : Optional.of("\n" + thinking.close() + "\n\n");
  }
}
