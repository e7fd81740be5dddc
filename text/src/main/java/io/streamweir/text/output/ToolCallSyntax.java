package io.streamweir.text.output;

import java.util.Set;
import java.util.function.Function;

/** The forms in which models write tool calls. */
public enum ToolCallSyntax {
  /** The model calls no tools, or in a form that is not known: everything is content. */
  NONE(tools -> TextState::plain),

  /** {@code <tool_call>} around an object: Qwen2.5, Qwen3, QwQ, Hermes 2 and 3, Granite 4. */
  HERMES(tools -> new HermesCalls()),

  /** A tag for each parameter: Qwen3-Coder, Qwen3.5, Nemotron 3, Step 3.5. */
  QWEN3_CODER(tools -> new TaggedCalls(TaggedSyntax.QWEN3_CODER, tools)),

  /** A bare object, or one after {@code <|python_tag|>}: Llama 3.1, 3.2, 3.3. */
  LLAMA3(tools -> new LlamaCalls(tools::offers), Markers.PYTHON_TAG),

  /** {@code <arg_key>} and {@code <arg_value>}: GLM-4.5, 4.6, 4.7. */
  GLM4(tools -> new TaggedCalls(TaggedSyntax.GLM4, tools)),

  /** {@code <｜tool▁calls▁begin｜>}: DeepSeek V3, R1 and its distilled models, V3.1. */
  DEEPSEEK(
      tools -> new DeepSeekCalls(),
      Markers.DEEPSEEK_CALLS,
      Markers.DEEPSEEK_CALLS_END,
      Markers.DEEPSEEK_CALL,
      Markers.DEEPSEEK_CALL_END,
      Markers.DEEPSEEK_SEPARATOR),

  /** {@code [TOOL_CALLS]}: Mistral, Devstral, Ministral. */
  MISTRAL(tools -> new MistralCalls(), Markers.TOOL_CALLS, Markers.CALL_ID, Markers.ARGS),

  /** The messages and channels of gpt-oss, which also separate its reasoning. */
  HARMONY(
      tools -> new HarmonyMessages(!tools.isEmpty()),
      HarmonyMessages.MARKERS.toArray(String[]::new));

  private final Function<Tools, CallSyntax> calls;
  private final Set<String> markers;

  ToolCallSyntax(Function<Tools, CallSyntax> calls, String... markers) {
    this.calls = calls;
    this.markers = Set.of(markers);
  }

  /** The markers that are control tokens in some vocabularies. */
  Set<String> markers() {
    return markers;
  }

  /** The state at the beginning of an answer's content. */
  State content(Tools tools) {
    boolean plain = tools.isEmpty() && this != HARMONY;
    return (plain ? NONE : this).calls.apply(tools).content();
  }
}
