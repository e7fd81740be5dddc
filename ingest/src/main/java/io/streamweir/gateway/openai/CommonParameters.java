package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Parameters that chat completions and completions share. */
final class CommonParameters {

  private static final int MAX_STOPS = 16;
  private static final int MAX_STOP_TOKENS = 128;
  private static final int MAX_METADATA = 16;
  private static final Pattern REQUEST_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private CommonParameters() {}

  /** What decides the tokens. */
  static final List<Parameter> SAMPLING =
      List.of(
          Parameter.text(
              "model", "name or alias of a deployed model", (d, v) -> d.request.setModel(v)),
          Parameter.integer(
              "max_tokens",
              1,
              Integer.MAX_VALUE,
              "honoured",
              (d, v) -> d.maxTokens("max_tokens", v)),
          Parameter.number(
              "temperature", 0, 2, "honoured; 0 is greedy", (d, v) -> d.sampling.setTemperature(v)),
          Parameter.of("top_p", "honoured; above 0, at most 1", CommonParameters::topP),
          Parameter.integer(
              "top_k",
              -1,
              Integer.MAX_VALUE,
              "honoured; 0 and -1 mean all",
              (d, v) -> d.sampling.setTopK(Math.max(0, v))),
          Parameter.longInteger(
              "seed", Long.MIN_VALUE, "honoured", (d, v) -> d.sampling.setSeed(v)),
          Parameter.of("stop", "a string or up to 16", CommonParameters::stop),
          Parameter.of("stop_token_ids", "up to 128", CommonParameters::stopTokens),
          Parameter.bool("ignore_eos", "honoured", (d, v) -> d.sampling.setIgnoreEos(v)),
          Parameter.only("n", "1", value -> isNumber(value, 1)),
          Parameter.only("presence_penalty", "0", value -> isNumber(value, 0)),
          Parameter.only("frequency_penalty", "0", value -> isNumber(value, 0)),
          Parameter.only("repetition_penalty", "1", value -> isNumber(value, 1)),
          Parameter.only("min_p", "0", value -> isNumber(value, 0)),
          Parameter.only("min_tokens", "0", value -> isNumber(value, 0)),
          Parameter.only("logit_bias", "an empty object", CommonParameters::isEmptyObject));

  /** How the answer comes, and who asks. */
  static final List<Parameter> DELIVERY =
      List.of(
          Parameter.bool("stream", "honoured", (d, v) -> d.stream = v),
          Parameter.of("stream_options", "include_usage", CommonParameters::streamOptions),
          Parameter.text(
              "user", "handed through as metadata 'user'", (d, v) -> d.metadata.put("user", v)),
          Parameter.of("metadata", "up to 16 strings, handed through", CommonParameters::metadata),
          Parameter.only(
              "service_tier",
              "auto or default",
              value -> isText(value, "auto") || isText(value, "default")));

  /** What goes beyond OpenAI's protocol. */
  static final List<Parameter> EXTENSIONS =
      List.of(
          Parameter.of("request_id", "1 to 128 printable characters", CommonParameters::requestId),
          Parameter.bool(
              "offline", "the offline lane: throughput", (d, v) -> d.request.setOffline(v)),
          Parameter.integer(
              "priority",
              Integer.MIN_VALUE,
              Integer.MAX_VALUE,
              "higher is sooner, within a lane",
              (d, v) -> d.request.setPriority(v)),
          Parameter.longInteger(
              "ttft_slo_ms", 1, "milliseconds", (d, v) -> d.request.setTtftSloMs(v)),
          Parameter.longInteger(
              "tpot_slo_ms", 1, "milliseconds", (d, v) -> d.request.setTpotSloMs(v)),
          Parameter.longInteger(
              "ttlt_slo_ms", 1, "milliseconds", (d, v) -> d.request.setTtltSloMs(v)),
          Parameter.longInteger(
              "deadline_ms", 1, "epoch milliseconds", (d, v) -> d.request.setDeadlineMs(v)),
          Parameter.of("accelerator", "cpu, gpu or npu", CommonParameters::accelerator));

  static boolean isNumber(JsonNode value, double expected) {
    return value.isNumber() && value.doubleValue() == expected;
  }

  static boolean isText(JsonNode value, String expected) {
    return value.isTextual() && value.textValue().equals(expected);
  }

  static boolean isFalse(JsonNode value) {
    return value.isBoolean() && !value.booleanValue();
  }

  static boolean isEmptyArray(JsonNode value) {
    return value.isArray() && value.isEmpty();
  }

  static boolean isEmptyObject(JsonNode value) {
    return value.isObject() && value.isEmpty();
  }

  private static void topP(JsonNode value, RequestDraft draft) {
    var mass = Values.number("top_p", value, 0, 1);
    if (mass == 0) {
      throw Values.invalid("top_p", "'top_p' must be above 0 and at most 1, but is 0.");
    }
    draft.sampling.setTopP(mass);
  }

  private static void stop(JsonNode value, RequestDraft draft) {
    var stops = new ArrayList<String>();
    if (value.isTextual()) {
      stops.add(Values.text("stop", value));
    } else {
      for (var one : Values.array("stop", value, MAX_STOPS)) {
        stops.add(Values.text("stop", one));
      }
    }
    if (stops.contains("")) {
      throw Values.invalid("stop", "'stop' has an empty string, which would end every answer.");
    }
    draft.sampling.setStop(stops);
  }

  private static void stopTokens(JsonNode value, RequestDraft draft) {
    var ids = new ArrayList<Integer>();
    for (var one : Values.array("stop_token_ids", value, MAX_STOP_TOKENS)) {
      ids.add(Values.integer("stop_token_ids", one, 0, Integer.MAX_VALUE));
    }
    draft.sampling.setStopTokenIds(ids);
  }

  private static void streamOptions(JsonNode value, RequestDraft draft) {
    draft.streamOptions = true;
    for (var option : Values.object("stream_options", value).properties()) {
      if (!option.getKey().equals("include_usage")) {
        throw Values.unsupported(
            "stream_options." + option.getKey(),
            "'stream_options." + option.getKey() + "' is not supported; leave it out.");
      }
      draft.includeUsage = Values.bool("stream_options.include_usage", option.getValue());
    }
  }

  private static void metadata(JsonNode value, RequestDraft draft) {
    var all = Values.object("metadata", value);
    if (all.size() > MAX_METADATA) {
      throw Values.wrong("metadata", value, "an object of at most " + MAX_METADATA);
    }
    for (var one : all.properties()) {
      draft.metadata.putIfAbsent(
          one.getKey(), Values.text("metadata." + one.getKey(), one.getValue()));
    }
  }

  private static void requestId(JsonNode value, RequestDraft draft) {
    var id = Values.text("request_id", value);
    if (!REQUEST_ID.matcher(id).matches()) {
      throw Values.wrong("request_id", value, "1 to 128 printable ASCII characters without blanks");
    }
    draft.request.setRequestId(id);
  }

  private static void accelerator(JsonNode value, RequestDraft draft) {
    var name = Values.text("accelerator", value);
    if (!List.of("cpu", "gpu", "npu").contains(name)) {
      throw Values.wrong("accelerator", value, "cpu, gpu or npu");
    }
    draft.request.setAccelerator(name);
  }
}
