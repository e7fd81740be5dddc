package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.gateway.parameters.Extensions;
import io.streamweir.gateway.parameters.Parameter;
import io.streamweir.gateway.parameters.RequestDraft;
import io.streamweir.gateway.parameters.ValueSchema;
import io.streamweir.gateway.parameters.Values;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;

/** Parameters that chat completions and completions share. */
public final class CommonParameters {

  private static final int MAX_METADATA = 16;
  private static final int MAX_BIASES = 1024;
  private static final double MAX_BIAS = 100;
  private static final int MAX_CHOICES = 16;
  private static final Pattern TOKEN_ID = Pattern.compile("0|[1-9][0-9]{0,8}");

  private CommonParameters() {}

  /** What decides the tokens. */
  static final List<Parameter> SAMPLING =
      List.of(
          Parameter.text("model", "name or alias of a deployed model", RequestDraft::model),
          Parameter.integer(
              "max_tokens",
              1,
              Integer.MAX_VALUE,
              "honoured",
              (d, v) -> d.maxTokens("max_tokens", v)),
          Parameter.number(
              "temperature",
              0,
              2,
              "honoured; 0 is greedy",
              (d, v) -> d.sampling().setTemperature(v)),
          Parameter.positive(
              "top_p", 1, "honoured; above 0, at most 1", (d, v) -> d.sampling().setTopP(v)),
          Parameter.longInteger(
              "seed",
              Long.MIN_VALUE,
              "honoured; with n, each choice has the next one",
              (d, v) -> d.sampling().setSeed(v)),
          Parameter.of(
              "stop",
              ValueSchema.either(ValueSchema.text(), ValueSchema.array(ValueSchema.text())),
              "a string or up to 16",
              (value, draft) -> Extensions.stop("stop", value, draft)),
          Parameter.number(
              "presence_penalty", -2, 2, "honoured", (d, v) -> d.sampling().setPresencePenalty(v)),
          Parameter.number(
              "frequency_penalty",
              -2,
              2,
              "honoured",
              (d, v) -> d.sampling().setFrequencyPenalty(v)),
          Parameter.of(
              "logit_bias",
              ValueSchema.object(),
              "up to 1024 token ids, each from -100 to 100",
              CommonParameters::logitBias),
          Parameter.integer(
              "n",
              1,
              MAX_CHOICES,
              "honoured, as so many requests; usage is their sum",
              RequestDraft::choices));

  /** How the answer comes. */
  static final List<Parameter> DELIVERY =
      List.of(
          Parameter.bool("stream", "honoured", RequestDraft::stream),
          Parameter.of(
              "stream_options",
              ValueSchema.object(),
              "include_usage, and continuous_usage_stats: the counts so far in each event",
              CommonParameters::streamOptions));

  /** Who asks, and what he wants to find again. */
  public static final List<Parameter> CALLER =
      List.of(
          Parameter.text(
              "user", "handed through as metadata 'user'", (d, v) -> d.metadata().put("user", v)),
          Parameter.of(
              "metadata",
              ValueSchema.object(),
              "up to 16 strings, handed through",
              CommonParameters::metadata),
          Parameter.only(
              "service_tier",
              "auto or default",
              value -> Values.isText(value, "auto") || Values.isText(value, "default")));

  private static void logitBias(JsonNode value, RequestDraft draft) {
    var all = Values.object("logit_bias", value);
    if (all.size() > MAX_BIASES) {
      throw Values.wrong("logit_bias", value, "an object of at most " + MAX_BIASES);
    }
    var biases = new HashMap<String, Double>();
    for (var one : all.properties()) {
      var name = "logit_bias." + one.getKey();
      if (!TOKEN_ID.matcher(one.getKey()).matches()) {
        throw Values.invalid(name, "'" + name + "' is no token id; keys are decimal numbers.");
      }
      biases.put(one.getKey(), Values.number(name, one.getValue(), -MAX_BIAS, MAX_BIAS));
    }
    draft.sampling().setLogitBias(biases);
  }

  private static void streamOptions(JsonNode value, RequestDraft draft) {
    var usage = false;
    var continuous = false;
    for (var option : Values.object("stream_options", value).properties()) {
      var name = "stream_options." + option.getKey();
      switch (option.getKey()) {
        case "include_usage" -> usage = Values.bool(name, option.getValue());
        case "continuous_usage_stats" -> continuous = Values.bool(name, option.getValue());
        default -> throw Values.unsupported(name, "'" + name + "' is not supported; leave it out.");
      }
    }
    draft.streamOptions(usage || continuous, continuous);
  }

  private static void metadata(JsonNode value, RequestDraft draft) {
    var all = Values.object("metadata", value);
    if (all.size() > MAX_METADATA) {
      throw Values.wrong("metadata", value, "an object of at most " + MAX_METADATA);
    }
    for (var one : all.properties()) {
      draft
          .metadata()
          .putIfAbsent(one.getKey(), Values.text("metadata." + one.getKey(), one.getValue()));
    }
  }
}
