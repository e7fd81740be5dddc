package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The parameters of {@code POST /v1/chat/completions}. */
final class ChatParameters {

  private static final List<Parameter> CHAT =
      List.of(
          Parameter.of("messages", "text, in one string or in parts", ChatMessages::read),
          Parameter.integer(
              "max_completion_tokens",
              1,
              Integer.MAX_VALUE,
              "honoured, as max_tokens",
              (d, v) -> d.maxTokens("max_completion_tokens", v)),
          Parameter.of(
              "chat_template_kwargs",
              "variables of the model's chat template",
              ChatParameters::templateVariables),
          Parameter.only("tools", "an empty array", CommonParameters::isEmptyArray),
          Parameter.only("tool_choice", "none or auto", ChatParameters::noneOrAuto),
          Parameter.bool("parallel_tool_calls", "without tools it asks for nothing", (d, v) -> {}),
          Parameter.only("functions", "an empty array", CommonParameters::isEmptyArray),
          Parameter.only("function_call", "none or auto", ChatParameters::noneOrAuto),
          Parameter.only(
              "response_format",
              "{\"type\": \"text\"}",
              value -> value.size() == 1 && CommonParameters.isText(value.path("type"), "text")),
          Parameter.only("logprobs", "false", CommonParameters::isFalse),
          Parameter.only("top_logprobs", "0", value -> CommonParameters.isNumber(value, 0)),
          Parameter.only("modalities", "[\"text\"]", ChatParameters::textOnly),
          Parameter.only("store", "false", CommonParameters::isFalse),
          Parameter.only("verbosity", "medium", value -> CommonParameters.isText(value, "medium")),
          Parameter.refused("reasoning_effort"),
          Parameter.refused("audio"),
          Parameter.refused("prediction"),
          Parameter.refused("web_search_options"),
          Parameter.refused("prompt_cache_key"),
          Parameter.refused("prompt_cache_retention"),
          Parameter.text(
              "safety_identifier",
              "handed through as metadata 'safety_identifier'",
              (d, v) -> d.metadata.put("safety_identifier", v)));

  static final ParameterTable TABLE =
      new ParameterTable(
          List.of("model", "messages"),
          List.of(
              CHAT,
              CommonParameters.SAMPLING,
              CommonParameters.DELIVERY,
              CommonParameters.EXTENSIONS));

  private ChatParameters() {}

  private static void templateVariables(JsonNode value, RequestDraft draft) {
    for (var variable : Values.object("chat_template_kwargs", value).properties()) {
      draft.templateVariables.put(variable.getKey(), variable.getValue().toString());
    }
  }

  private static boolean noneOrAuto(JsonNode value) {
    return CommonParameters.isText(value, "none") || CommonParameters.isText(value, "auto");
  }

  private static boolean textOnly(JsonNode value) {
    return value.isArray() && value.size() == 1 && CommonParameters.isText(value.get(0), "text");
  }
}
