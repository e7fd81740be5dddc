package io.streamweir.gateway.anthropic;

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

/** The parameters of {@code POST /v1/messages}. */
public final class MessagesParameters {

  private static final List<Parameter> MESSAGES =
      List.of(
          Parameter.text("model", "name or alias of a deployed model", RequestDraft::model),
          Parameter.integer(
              "max_tokens",
              1,
              Integer.MAX_VALUE,
              "honoured",
              (d, v) -> d.maxTokens("max_tokens", v)),
          Parameter.of(
              "messages",
              ValueSchema.array(ValueSchema.object()),
              "of user and assistant, text in one string, or blocks of text, tool_use, tool_result;"
                  + " thinking is let through and not shown to the model again; the last one is the"
                  + " user's",
              AnthropicMessages::messages),
          Parameter.of(
              "system",
              ValueSchema.either(ValueSchema.text(), ValueSchema.array(ValueSchema.object())),
              "a string or text blocks",
              AnthropicMessages::system),
          Parameter.of(
              "stop_sequences",
              ValueSchema.array(ValueSchema.text()),
              "up to 16",
              (value, draft) -> Extensions.stop("stop_sequences", value, draft)),
          Parameter.bool("stream", "honoured", RequestDraft::stream),
          Parameter.number(
              "temperature",
              0,
              1,
              "honoured; 0 is greedy",
              (d, v) -> d.sampling().setTemperature(v)),
          Parameter.positive(
              "top_p", 1, "honoured; above 0, at most 1", (d, v) -> d.sampling().setTopP(v)),
          Parameter.of(
              "metadata",
              ValueSchema.object(),
              "user_id, handed through",
              MessagesParameters::metadata),
          Parameter.of(
              "tools",
              ValueSchema.array(ValueSchema.object()),
              "up to 128 of type custom; where strict is true, or a call is required, input fits its"
                  + " schema",
              ToolParameters::tools),
          Parameter.of(
              "tool_choice",
              ValueSchema.object(),
              "auto, any, tool or none, disable_parallel_tool_use; enforced",
              ToolParameters::choice),
          Parameter.of(
              "thinking",
              ValueSchema.object(),
              "enabled with budget_tokens, or disabled; else as the model's template has it",
              ToolParameters::thinking),
          Parameter.only(
              "service_tier",
              "auto or standard_only",
              value -> Values.isText(value, "auto") || Values.isText(value, "standard_only")),
          Parameter.refused("container"),
          Parameter.refused("context_management"),
          Parameter.refused("inference_geo"),
          Parameter.refused("mcp_servers"),
          Parameter.refused("output_config"),
          Parameter.refused("output_format"));

  public static final ParameterTable TABLE =
      new ParameterTable(
          List.of("model", "max_tokens", "messages"),
          List.of(MESSAGES, Extensions.SAMPLING, Extensions.SERVICE, Extensions.TEMPLATE));

  private MessagesParameters() {}

  public static RequestParser parser(InstantSource clock) {
    return new RequestParser(TABLE, 0, clock);
  }

  private static void metadata(JsonNode value, RequestDraft draft) {
    for (var field : Values.object("metadata", value).properties()) {
      var name = "metadata." + field.getKey();
      if (!field.getKey().equals("user_id")) {
        throw Values.unsupported(name, "'" + name + "' is not supported; leave it out.");
      }
      if (!field.getValue().isNull()) {
        draft.metadata().put("user_id", Values.text(name, field.getValue()));
      }
    }
  }
}
