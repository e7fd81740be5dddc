package io.streamweir.text.output;

import io.streamweir.text.tokenizer.Vocabulary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What the files of a model say about the format of its output. */
final class FormatEvidence {
  /** A form and texts that only its templates have, all of them. */
  private record Sign(ToolCallSyntax syntax, List<String> texts) {}

  /** Some forms have the markers of others and more, so the order counts. */
  private static final List<Sign> IN_TEMPLATE =
      List.of(
          new Sign(
              ToolCallSyntax.HARMONY, List.of(Markers.HARMONY_CHANNEL, Markers.HARMONY_MESSAGE)),
          new Sign(
              ToolCallSyntax.DEEPSEEK, List.of(Markers.DEEPSEEK_CALL, Markers.DEEPSEEK_SEPARATOR)),
          new Sign(ToolCallSyntax.MISTRAL, List.of(Markers.TOOL_CALLS)),
          new Sign(
              ToolCallSyntax.GLM4, List.of(Markers.TOOL_CALL, Markers.ARG_KEY, Markers.ARG_VALUE)),
          new Sign(
              ToolCallSyntax.QWEN3_CODER,
              List.of(Markers.TOOL_CALL, Markers.FUNCTION, Markers.PARAMETER)),
          new Sign(ToolCallSyntax.NONE, List.of(Markers.TOOL_CALL, "<invoke name=")),
          new Sign(ToolCallSyntax.NONE, List.of(Markers.TOOL_CALL, "<tool_calls>[")),
          new Sign(
              ToolCallSyntax.HERMES,
              List.of(Markers.TOOL_CALL, Markers.TOOL_CALL_END, "arguments")),
          new Sign(
              ToolCallSyntax.LLAMA3, List.of("<|start_header_id|>", "ipython", "\"parameters\"")));

  private static final List<Sign> IN_VOCABULARY =
      List.of(
          new Sign(
              ToolCallSyntax.HARMONY, List.of(Markers.HARMONY_CHANNEL, Markers.HARMONY_MESSAGE)),
          new Sign(
              ToolCallSyntax.DEEPSEEK, List.of(Markers.DEEPSEEK_CALL, Markers.DEEPSEEK_SEPARATOR)),
          new Sign(ToolCallSyntax.MISTRAL, List.of(Markers.TOOL_CALLS)),
          new Sign(
              ToolCallSyntax.GLM4, List.of(Markers.TOOL_CALL, Markers.ARG_KEY, Markers.ARG_VALUE)),
          new Sign(ToolCallSyntax.HERMES, List.of(Markers.TOOL_CALL, Markers.TOOL_CALL_END)),
          new Sign(ToolCallSyntax.LLAMA3, List.of(Markers.PYTHON_TAG, "<|start_header_id|>")));

  private static final Map<String, ToolCallSyntax> BY_MODEL_TYPE =
      Map.ofEntries(
          Map.entry("gpt_oss", ToolCallSyntax.HARMONY),
          Map.entry("deepseek_v3", ToolCallSyntax.DEEPSEEK),
          Map.entry("mistral", ToolCallSyntax.MISTRAL),
          Map.entry("mistral3", ToolCallSyntax.MISTRAL),
          Map.entry("ministral3", ToolCallSyntax.MISTRAL),
          Map.entry("glm4_moe", ToolCallSyntax.GLM4),
          Map.entry("qwen2", ToolCallSyntax.HERMES),
          Map.entry("qwen2_moe", ToolCallSyntax.HERMES),
          Map.entry("qwen3", ToolCallSyntax.HERMES),
          Map.entry("qwen3_moe", ToolCallSyntax.HERMES),
          Map.entry("qwen3_5", ToolCallSyntax.QWEN3_CODER));

  private final Optional<String> chatTemplate;
  private final Vocabulary vocabulary;
  private final String modelType;

  FormatEvidence(Optional<String> chatTemplate, Vocabulary vocabulary, String modelType) {
    this.chatTemplate = chatTemplate;
    this.vocabulary = vocabulary;
    this.modelType = modelType;
  }

  ToolCallSyntax toolCalls() {
    if (chatTemplate.isPresent()) {
      return first(IN_TEMPLATE, chatTemplate.get()::contains).orElse(ToolCallSyntax.NONE);
    }
    return first(IN_VOCABULARY, this::hasToken)
        .orElse(BY_MODEL_TYPE.getOrDefault(modelType, ToolCallSyntax.NONE));
  }

  /**
   * The template or the vocabulary may show the tags. The opening one counts only where an answer
   * begins, so tags that a model never uses do no harm.
   */
  ThinkingTags thinking() {
    if (toolCalls() == ToolCallSyntax.HARMONY) {
      return ThinkingTags.NONE;
    }
    for (ThinkingTags tags : List.of(ThinkingTags.THINK, ThinkingTags.BRACKETS)) {
      boolean inTemplate = chatTemplate.filter(text -> text.contains(tags.close())).isPresent();
      if (inTemplate || hasToken(tags.open()) && hasToken(tags.close())) {
        return tags;
      }
    }
    return ThinkingTags.NONE;
  }

  private boolean hasToken(String token) {
    return vocabulary.idOf(token).isPresent();
  }

  private static Optional<ToolCallSyntax> first(List<Sign> signs, Predicate<String> present) {
    return signs.stream()
        .filter(sign -> sign.texts().stream().allMatch(present))
        .map(Sign::syntax)
        .findFirst();
  }
}
