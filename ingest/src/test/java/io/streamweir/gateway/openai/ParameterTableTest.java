package io.streamweir.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.gateway.parameters.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterTableTest {

  /** Every body parameter in OpenAI's reference of POST /v1/chat/completions. */
  private static final List<String> OPENAI_CHAT =
      List.of(
          "audio",
          "frequency_penalty",
          "function_call",
          "functions",
          "logit_bias",
          "logprobs",
          "max_completion_tokens",
          "max_tokens",
          "messages",
          "metadata",
          "modalities",
          "model",
          "n",
          "parallel_tool_calls",
          "prediction",
          "presence_penalty",
          "prompt_cache_key",
          "prompt_cache_retention",
          "reasoning_effort",
          "response_format",
          "safety_identifier",
          "seed",
          "service_tier",
          "stop",
          "store",
          "stream",
          "stream_options",
          "temperature",
          "tool_choice",
          "tools",
          "top_logprobs",
          "top_p",
          "user",
          "verbosity",
          "web_search_options");

  /** Every body parameter in OpenAI's reference of POST /v1/completions. */
  private static final List<String> OPENAI_COMPLETIONS =
      List.of(
          "best_of",
          "echo",
          "frequency_penalty",
          "logit_bias",
          "logprobs",
          "max_tokens",
          "model",
          "n",
          "presence_penalty",
          "prompt",
          "seed",
          "stop",
          "stream",
          "stream_options",
          "suffix",
          "temperature",
          "top_p",
          "user");

  @Test
  void shouldHaveARowForEveryParameterOfOpenAi() {
    assertThat(ChatParameters.TABLE.parameters())
        .extracting(Parameter::name)
        .containsAll(OPENAI_CHAT);
    assertThat(CompletionParameters.TABLE.parameters())
        .extracting(Parameter::name)
        .containsAll(OPENAI_COMPLETIONS);
  }

  @Test
  void shouldSayOfEveryParameterHowItIsSupported() {
    assertThat(ChatParameters.TABLE.parameters())
        .allSatisfy(p -> assertThat(p.meaning()).isNotBlank());
  }
}
