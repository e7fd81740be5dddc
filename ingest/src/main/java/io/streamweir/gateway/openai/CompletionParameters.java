package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The parameters of {@code POST /v1/completions}. */
final class CompletionParameters {

  /** What OpenAI generates if the client does not say how much. */
  static final int DEFAULT_MAX_TOKENS = 16;

  private static final List<Parameter> COMPLETION =
      List.of(
          Parameter.of("prompt", "one string", CompletionParameters::prompt),
          Parameter.only("suffix", "an empty string", value -> CommonParameters.isText(value, "")),
          Parameter.only("echo", "false", CommonParameters::isFalse),
          Parameter.only("best_of", "1", value -> CommonParameters.isNumber(value, 1)),
          Parameter.refused("logprobs"));

  static final ParameterTable TABLE =
      new ParameterTable(
          List.of("model", "prompt"),
          List.of(
              COMPLETION,
              CommonParameters.SAMPLING,
              CommonParameters.DELIVERY,
              CommonParameters.EXTENSIONS));

  private CompletionParameters() {}

  private static void prompt(JsonNode value, RequestDraft draft) {
    var one = value.isArray() && value.size() == 1 ? value.get(0) : value;
    if (one.isArray() || one.isNumber()) {
      throw Values.unsupported(
          "prompt",
          "'prompt' is "
              + Values.show(value)
              + ", but only one string is supported: send one request for each prompt, and text"
              + " instead of token ids.");
    }
    draft.request.setPrompt(Values.text("prompt", one));
  }
}
