package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.gateway.parameters.Extensions;
import io.streamweir.gateway.parameters.Parameter;
import io.streamweir.gateway.parameters.ParameterTable;
import io.streamweir.gateway.parameters.RequestDraft;
import io.streamweir.gateway.parameters.RequestParser;
import io.streamweir.gateway.parameters.ValueSchema;
import io.streamweir.gateway.parameters.Values;
import java.time.InstantSource;
import java.util.List;

/** The parameters of {@code POST /v1/completions}. */
public final class CompletionParameters {

  /** What OpenAI generates if the client does not say how much. */
  private static final int DEFAULT_MAX_TOKENS = 16;

  private static final int MAX_LOGPROBS = 5;

  private static final List<Parameter> COMPLETION =
      List.of(
          Parameter.of("prompt", ValueSchema.text(), "one string", CompletionParameters::prompt),
          Parameter.integer(
              "logprobs",
              0,
              MAX_LOGPROBS,
              "honoured",
              (d, v) -> {
                d.logprobs(true);
                d.sampling().setTopLogprobs(v);
              }),
          Parameter.only("suffix", "an empty string", value -> Values.isText(value, "")),
          Parameter.only("echo", "false", Values::isFalse),
          Parameter.only("best_of", "1", value -> Values.isNumber(value, 1)));

  public static final ParameterTable TABLE =
      new ParameterTable(
          List.of("model", "prompt"),
          List.of(
              COMPLETION,
              CommonParameters.SAMPLING,
              Extensions.SAMPLING,
              CommonParameters.DELIVERY,
              CommonParameters.CALLER,
              Extensions.SERVICE));

  private CompletionParameters() {}

  public static RequestParser parser(InstantSource clock) {
    return new RequestParser(TABLE, DEFAULT_MAX_TOKENS, clock);
  }

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
    draft.request().setPrompt(Values.text("prompt", one));
  }
}
