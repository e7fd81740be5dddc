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

/** The parameters of {@code POST /v1/chat/completions}. */
public final class ChatParameters {

  private static final int MAX_TOP_LOGPROBS = 20;

  private static final List<Parameter> CHAT =
      List.of(
          Parameter.of(
              "messages",
              ValueSchema.array(ValueSchema.object()),
              "text, in one string or in parts; of the assistant also tool_calls, of role tool their"
                  + " results; reasoning_content is let through and not shown to the model again",
              ChatMessages::read),
          Parameter.integer(
              "max_completion_tokens",
              1,
              Integer.MAX_VALUE,
              "honoured, as max_tokens",
              (d, v) -> d.maxTokens("max_completion_tokens", v)),
          Parameter.bool("logprobs", "honoured", RequestDraft::logprobs),
          Parameter.integer(
              "top_logprobs",
              0,
              MAX_TOP_LOGPROBS,
              "honoured, with logprobs",
              (d, v) -> d.sampling().setTopLogprobs(v)),
          Parameter.of(
              "tools",
              ValueSchema.array(ValueSchema.object()),
              "up to 128 functions; where strict is true, or a call is required, arguments fit"
                  + " their schema",
              ChatParameters::tools),
          Parameter.of(
              "tool_choice",
              ValueSchema.either(
                  ValueSchema.oneOf("none", "auto", "required"), ValueSchema.object()),
              "none, auto, required, or a function by name; the latter two are enforced",
              (value, draft) -> draft.request().setToolChoice(value.toString())),
          Parameter.bool(
              "parallel_tool_calls",
              "false: at most one call, enforced",
              (d, v) -> d.request().setParallelToolCalls(v)),
          Parameter.only("functions", "an empty array", Values::isEmptyArray),
          Parameter.only("function_call", "none or auto", ChatParameters::noneOrAuto),
          Parameter.of(
              "response_format",
              ValueSchema.object(),
              "text, json_object, json_schema; also choice, regex and grammar, see"
                  + " structured-output.md",
              ChatParameters::responseFormat),
          Parameter.only("modalities", "[\"text\"]", ChatParameters::textOnly),
          Parameter.only("store", "false", Values::isFalse),
          Parameter.only("verbosity", "medium", value -> Values.isText(value, "medium")),
          Parameter.refused("reasoning_effort"),
          Parameter.refused("audio"),
          Parameter.refused("prediction"),
          Parameter.refused("web_search_options"),
          Parameter.refused("prompt_cache_key"),
          Parameter.refused("prompt_cache_retention"),
          Parameter.text(
              "safety_identifier",
              "handed through as metadata 'safety_identifier'",
              (d, v) -> d.metadata().put("safety_identifier", v)));

  public static final ParameterTable TABLE =
      new ParameterTable(
          List.of("model", "messages"),
          List.of(
              CHAT,
              CommonParameters.SAMPLING,
              Extensions.SAMPLING,
              CommonParameters.DELIVERY,
              CommonParameters.CALLER,
              Extensions.SERVICE,
              Extensions.THINKING,
              Extensions.TEMPLATE));

  private ChatParameters() {}

  /** The router checks what they are. */
  private static void tools(JsonNode value, RequestDraft draft) {
    if (!Values.array("tools", value, Integer.MAX_VALUE).isEmpty()) {
      draft.request().setTools(value.toString());
    }
  }

  /** The router checks what it asks for. */
  private static void responseFormat(JsonNode value, RequestDraft draft) {
    var format = Values.object("response_format", value);
    if (!format.path("type").isTextual()) {
      throw Values.invalid(
          "response_format",
          "'response_format' has no 'type'; it must be an object such as {\"type\": \"json_object\"}.");
    }
    draft.sampling().setResponseFormat(format.toString());
  }

  public static RequestParser parser(InstantSource clock) {
    return new RequestParser(TABLE, 0, clock);
  }

  private static boolean noneOrAuto(JsonNode value) {
    return Values.isText(value, "none") || Values.isText(value, "auto");
  }

  private static boolean textOnly(JsonNode value) {
    return value.isArray() && value.size() == 1 && Values.isText(value.get(0), "text");
  }
}
