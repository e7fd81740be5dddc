package io.streamweir.gateway.parameters;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.schemas.RequestLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Parameters of every route on which tokens are generated, beyond what any protocol has. */
public final class Extensions {

  private static final Pattern REQUEST_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

  /** What decides the tokens. */
  public static final List<Parameter> SAMPLING =
      List.of(
          Parameter.integer(
              "top_k",
              -1,
              Integer.MAX_VALUE,
              "honoured; 0 and -1 mean all",
              (d, v) -> d.sampling().setTopK(Math.max(0, v))),
          Parameter.number("min_p", 0, 1, "honoured", (d, v) -> d.sampling().setMinP(v)),
          Parameter.number(
              "repetition_penalty",
              RequestLimits.LEAST_REPETITION_PENALTY,
              RequestLimits.MOST_REPETITION_PENALTY,
              "honoured; from 0.01 to 2",
              (d, v) -> d.sampling().setRepetitionPenalty(v)),
          Parameter.integer(
              "min_tokens",
              0,
              Integer.MAX_VALUE,
              "honoured; at most max_tokens",
              (d, v) -> d.sampling().setMinTokens(v)),
          Parameter.of(
              "stop_token_ids",
              ValueSchema.array(ValueSchema.integer(0, Integer.MAX_VALUE)),
              "up to " + RequestLimits.MOST_STOP_TOKENS,
              Extensions::stopTokens),
          Parameter.bool("ignore_eos", "honoured", (d, v) -> d.sampling().setIgnoreEos(v)));

  /** How the request is served, and how its answer comes. */
  public static final List<Parameter> SERVICE =
      List.of(
          Parameter.of(
              "request_id",
              ValueSchema.text(),
              "1 to 128 printable characters without blanks; else the gateway chooses",
              Extensions::requestId),
          Parameter.bool(
              "background",
              "answered with 202 when Kafka has the request; see GET /v1/streams/{request_id}",
              RequestDraft::background),
          Parameter.bool(
              "cancel_on_disconnect",
              "whether a client that goes away takes its request with it; else `disconnect.cancels`"
                  + " decides, and with an Idempotency-Key it does not",
              RequestDraft::cancelOnDisconnect),
          Parameter.bool(
              "offline", "the offline lane: throughput", (d, v) -> d.request().setOffline(v)),
          Parameter.integer(
              "priority",
              -RequestLimits.MOST_PRIORITY,
              RequestLimits.MOST_PRIORITY,
              "higher is sooner, within a lane; from -1000 to 1000",
              (d, v) -> d.request().setPriority(v)),
          Parameter.longInteger(
              "ttft_slo_ms", 1, "milliseconds", (d, v) -> d.request().setTtftSloMs(v)),
          Parameter.longInteger(
              "tpot_slo_ms", 1, "milliseconds", (d, v) -> d.request().setTpotSloMs(v)),
          Parameter.longInteger(
              "ttlt_slo_ms", 1, "milliseconds", (d, v) -> d.request().setTtltSloMs(v)),
          Parameter.longInteger(
              "deadline_ms", 1, "epoch milliseconds", (d, v) -> d.request().setDeadlineMs(v)),
          Parameter.of(
              "accelerator",
              ValueSchema.oneOf(RequestLimits.ACCELERATORS.toArray(String[]::new)),
              "cpu, gpu or npu",
              Extensions::accelerator));

  /** Whether and how long the model thinks before it answers. */
  public static final List<Parameter> THINKING =
      List.of(
          Parameter.bool(
              "enable_thinking",
              "whether the model thinks before it answers; else as its template has it",
              (d, v) -> d.request().setEnableThinking(v)),
          Parameter.integer(
              "thinking_budget",
              0,
              Integer.MAX_VALUE,
              "the most tokens of reasoning",
              (d, v) -> d.request().setThinkingBudget(v)));

  /** For routes with messages. */
  public static final List<Parameter> TEMPLATE =
      List.of(
          Parameter.of(
              "chat_template_kwargs",
              ValueSchema.object(),
              "variables of the model's chat template",
              Extensions::templateVariables));

  private Extensions() {}

  /**
   * Stop strings, one or several.
   *
   * @param name that the protocol gives them
   */
  public static void stop(String name, JsonNode value, RequestDraft draft) {
    var stops = new ArrayList<String>();
    if (value.isTextual()) {
      stops.add(Values.text(name, value));
    } else {
      for (var one : Values.array(name, value, RequestLimits.MOST_STOPS)) {
        stops.add(Values.text(name, one));
      }
    }
    if (stops.contains("")) {
      throw Values.invalid(
          name, "'" + name + "' has an empty string, which would end every answer.");
    }
    draft.sampling().setStop(stops);
  }

  private static void stopTokens(JsonNode value, RequestDraft draft) {
    var ids = new ArrayList<Integer>();
    for (var one : Values.array("stop_token_ids", value, RequestLimits.MOST_STOP_TOKENS)) {
      ids.add(Values.integer("stop_token_ids", one, 0, Integer.MAX_VALUE));
    }
    draft.sampling().setStopTokenIds(ids);
  }

  private static void requestId(JsonNode value, RequestDraft draft) {
    var id = Values.text("request_id", value);
    if (!REQUEST_ID.matcher(id).matches()) {
      throw Values.wrong("request_id", value, "1 to 128 printable ASCII characters without blanks");
    }
    draft.request().setRequestId(id);
  }

  private static void accelerator(JsonNode value, RequestDraft draft) {
    var name = Values.text("accelerator", value);
    if (!RequestLimits.ACCELERATORS.contains(name)) {
      throw Values.wrong("accelerator", value, "cpu, gpu or npu");
    }
    draft.request().setAccelerator(name);
  }

  private static void templateVariables(JsonNode value, RequestDraft draft) {
    for (var variable : Values.object("chat_template_kwargs", value).properties()) {
      draft.templateVariables().put(variable.getKey(), variable.getValue().toString());
    }
  }
}
