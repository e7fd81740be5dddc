package io.streamweir.gateway.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.openai.CommonParameters;
import io.streamweir.gateway.parameters.Extensions;
import io.streamweir.gateway.parameters.Parameter;
import io.streamweir.gateway.parameters.ParameterTable;
import io.streamweir.gateway.parameters.RequestDraft;
import io.streamweir.gateway.parameters.RequestParser;
import io.streamweir.gateway.parameters.ValueSchema;
import io.streamweir.gateway.parameters.Values;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** The parameters of {@code POST /v1/responses}. */
public final class ResponsesParameters {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<Parameter> RESPONSES =
      List.of(
          Parameter.text("model", "name or alias of a deployed model", RequestDraft::model),
          Parameter.of(
              "input",
              ValueSchema.either(ValueSchema.text(), ValueSchema.array(ValueSchema.object())),
              "a string, or messages with text in one string or in parts; also function_call and"
                  + " function_call_output",
              InputItems::read),
          Parameter.text("instructions", "the system prompt", InputItems::instructions),
          Parameter.integer(
              "max_output_tokens",
              1,
              Integer.MAX_VALUE,
              "honoured",
              (d, v) -> d.maxTokens("max_output_tokens", v)),
          Parameter.number(
              "temperature",
              0,
              2,
              "honoured; 0 is greedy",
              (d, v) -> d.sampling().setTemperature(v)),
          Parameter.positive(
              "top_p", 1, "honoured; above 0, at most 1", (d, v) -> d.sampling().setTopP(v)),
          Parameter.of(
              "text",
              ValueSchema.object(),
              "its format: text, json_object or json_schema",
              ResponsesParameters::text),
          Parameter.bool("stream", "honoured", RequestDraft::stream),
          Parameter.bool(
              "store", "nothing is stored, whatever it says; the answer says so", (d, v) -> {}),
          Parameter.text(
              "safety_identifier",
              "handed through as metadata 'safety_identifier'",
              (d, v) -> d.metadata().put("safety_identifier", v)),
          Parameter.of(
              "tools",
              ValueSchema.array(ValueSchema.object()),
              "up to 128 functions; where strict is true, or a call is required, arguments fit"
                  + " their schema",
              FunctionTools::read),
          Parameter.of(
              "tool_choice",
              ValueSchema.either(
                  ValueSchema.oneOf("none", "auto", "required"), ValueSchema.object()),
              "none, auto, required, or a function by name; the latter two are enforced",
              FunctionTools::choice),
          Parameter.bool(
              "parallel_tool_calls",
              "false: at most one call, enforced",
              (d, v) -> d.request().setParallelToolCalls(v)),
          Parameter.only("include", "an empty array", Values::isEmptyArray),
          Parameter.only("truncation", "disabled", value -> Values.isText(value, "disabled")),
          Parameter.refused("previous_response_id"),
          Parameter.refused("conversation"),
          Parameter.refused("prompt"),
          Parameter.refused("reasoning"),
          Parameter.refused("max_tool_calls"),
          Parameter.refused("top_logprobs"),
          Parameter.refused("stream_options"),
          Parameter.refused("prompt_cache_key"),
          Parameter.refused("prompt_cache_retention"));

  public static final ParameterTable TABLE =
      new ParameterTable(
          List.of("model", "input"),
          List.of(
              RESPONSES,
              CommonParameters.CALLER,
              Extensions.SAMPLING,
              Extensions.SERVICE,
              Extensions.TEMPLATE));

  private static final Set<String> FORMATS = Set.of("text", "json_object", "json_schema");

  private ResponsesParameters() {}

  public static RequestParser parser(InstantSource clock) {
    return new RequestParser(TABLE, 0, clock);
  }

  /** What chat completions call response_format, with the schema's fields one level higher. */
  private static void text(JsonNode value, RequestDraft draft) {
    for (var field : Values.object("text", value).properties()) {
      var name = "text." + field.getKey();
      switch (field.getKey()) {
        case "format" -> draft.sampling().setResponseFormat(format(name, field.getValue()));
        case "verbosity" -> {
          if (!field.getValue().isNull() && !Values.isText(field.getValue(), "medium")) {
            throw Values.unsupported(name, "'text.verbosity' may only be medium; leave it out.");
          }
        }
        default -> throw Values.unsupported(name, "'" + name + "' is not supported; leave it out.");
      }
    }
  }

  private static String format(String name, JsonNode value) {
    if (value.isNull()) {
      return null;
    }
    var type = Values.text(name + ".type", Values.object(name, value).path("type"));
    if (!FORMATS.contains(type)) {
      throw Values.wrong(name + ".type", value.get("type"), "one of " + FORMATS);
    }
    var format = JSON.createObjectNode().put("type", type);
    if (type.equals("json_schema")) {
      var schema = ((ObjectNode) value).deepCopy();
      schema.remove("type");
      format.set("json_schema", schema);
    }
    return format.toString();
  }
}
