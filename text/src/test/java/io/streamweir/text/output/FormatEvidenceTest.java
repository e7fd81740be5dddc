package io.streamweir.text.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.text.tokenizer.TinyTokenizers;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatEvidenceTest {
  private static Vocabulary plain;

  @BeforeAll
  static void readVocabulary(@TempDir Path directory) throws IOException {
    plain = Vocabulary.read(TinyTokenizers.byteFallback(directory));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "<tool_call>\\n{\"name\": ..., \"arguments\": ...}</tool_call># HERMES",
        "<tool_call><function=f><parameter=k></parameter></function></tool_call>arguments#"
            + "QWEN3_CODER",
        "<tool_call>f<arg_key>k</arg_key><arg_value>v</arg_value></tool_call>arguments#GLM4",
        "<|start_header_id|>ipython {\"name\": n, \"parameters\": p}#LLAMA3",
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>#DEEPSEEK",
        "[TOOL_CALLS]#MISTRAL",
        "<|start|>assistant<|channel|>final<|message|>#HARMONY",
        "<tool_call><invoke name=\"f\"></invoke></tool_call>arguments#NONE",
        "<tool_call></tool_call> <tool_calls>[{\"arguments\": {}}]#NONE",
        "{{ messages[0].content }}#NONE",
      })
  void shouldFindTheFormWhenTheTemplateHasItsMarkers(String template, ToolCallSyntax syntax) {
    assertThat(OutputSyntax.find(Optional.of(template), plain, "qwen2").toolCalls())
        .isEqualTo(syntax);
  }

  @ParameterizedTest
  @CsvSource({"qwen3,HERMES", "gpt_oss,HARMONY", "deepseek_v3,DEEPSEEK", "bert,NONE", "'',NONE"})
  void shouldAskTheModelTypeWhenThereIsNoTemplate(String modelType, ToolCallSyntax syntax) {
    assertThat(OutputSyntax.find(Optional.empty(), plain, modelType).toolCalls()).isEqualTo(syntax);
  }

  @Test
  void shouldFindTheTagsWhenTemplateOrVocabularyHasThem() {
    assertThat(thinking("{{ content.split('</think>') }}")).isEqualTo(ThinkingTags.THINK);
    assertThat(thinking("[THINK]x[/THINK]")).isEqualTo(ThinkingTags.BRACKETS);
    assertThat(thinking("think")).isEqualTo(ThinkingTags.NONE);
  }

  @Test
  void shouldNameTheMarkersWhenADetokenizerAsks() {
    assertThat(new OutputSyntax(ToolCallSyntax.MISTRAL, ThinkingTags.BRACKETS).markers())
        .containsExactlyInAnyOrder("[TOOL_CALLS]", "[CALL_ID]", "[ARGS]", "[THINK]", "[/THINK]");
    assertThat(new OutputSyntax(ToolCallSyntax.MISTRAL, ThinkingTags.BRACKETS).markers(false))
        .containsExactlyInAnyOrder("[THINK]", "[/THINK]");
    assertThat(new OutputSyntax(ToolCallSyntax.HARMONY, ThinkingTags.NONE).markers(false))
        .contains("<|channel|>");
    assertThat(new OutputSyntax(ToolCallSyntax.NONE, ThinkingTags.NONE).markers()).isEmpty();
  }

  @Test
  void shouldEndTheReasoningWhenTheFormatHasAWay() {
    assertThat(new OutputSyntax(ToolCallSyntax.GLM4, ThinkingTags.THINK).endOfThinking(false))
        .hasValue("\n</think>\n\n");
    assertThat(
            new OutputSyntax(ToolCallSyntax.HARMONY, ThinkingTags.NONE).endOfThinking(false).get())
        .isEqualTo("<|end|><|start|>assistant<|channel|>final<|message|>");
    assertThat(
            new OutputSyntax(ToolCallSyntax.HARMONY, ThinkingTags.NONE).endOfThinking(true).get())
        .isEqualTo("<|end|><|start|>assistant<|channel|>commentary to=");
    assertThat(new OutputSyntax(ToolCallSyntax.LLAMA3, ThinkingTags.NONE).endOfThinking(false))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{%- if enable_thinking is defined and enable_thinking is false %}#enable_thinking",
        "{{- '</think>' if (enable_thinking is defined and not enable_thinking) }}#enable_thinking",
        "{%- set thinking = enable_thinking -%}#enable_thinking,thinking",
        "{%- elif thinking %}#thinking",
        "{{ raise_exception('Only text and thinking chunks are supported') }}#''",
        "{%- if message.thinking is defined %}#''",
        "{{ content }}#''",
      })
  void shouldSwitchThinkingByTheNamesTheTemplateUses(String template, String names) {
    ThinkingSwitch thinking = ThinkingSwitch.of(template);
    assertThat(String.join(",", thinking.variables(false).keySet())).isEqualTo(names);
    assertThat(thinking.exists()).isEqualTo(!names.isEmpty());
    assertThat(thinking.variables(false).values()).allMatch(Boolean.FALSE::equals);
  }

  private static ThinkingTags thinking(String template) {
    return OutputSyntax.find(Optional.of(template), plain, "").thinking();
  }
}
