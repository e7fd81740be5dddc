package io.streamweir.local.requests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.SamplingParams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A request as a JSON object: the fields of {@link InferenceRequest} and of its sampling side by
 * side, as in an OpenAI body; a line of an OpenAI batch file ({@code custom_id}, {@code body}) is
 * understood too. Values are not judged here: the router does that, and says so in the result.
 */
final class JsonRequest {

  private static final Set<String> FIELDS =
      Set.of(
          "request_id",
          "custom_id",
          "tenant",
          "model",
          "messages",
          "prompt",
          "offline",
          "priority",
          "ttft_slo_ms",
          "tpot_slo_ms",
          "ttlt_slo_ms",
          "deadline_ms",
          "accelerator",
          "chat_template_kwargs",
          "metadata",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "enable_thinking",
          "thinking_budget",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "top_k",
          "seed",
          "stop",
          "stop_token_ids",
          "ignore_eos");

  /** Fields of OpenAI bodies and batch lines that mean nothing here. */
  private static final Set<String> IGNORED =
      Set.of("stream", "stream_options", "user", "n", "method", "url");

  private final ObjectNode json;

  private JsonRequest(ObjectNode json) {
    this.json = json;
  }

  /**
   * @throws IllegalArgumentException saying which field is wrong
   */
  static InferenceRequest parse(JsonNode line, RequestDefaults defaults) {
    if (!(line instanceof ObjectNode object)) {
      throw new IllegalArgumentException("it is no JSON object");
    }
    var flat = object.deepCopy();
    if (flat.remove("body") instanceof ObjectNode body) {
      flat.setAll(body);
    }
    var unknown = new TreeSet<String>();
    flat.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(FIELDS);
    unknown.removeAll(IGNORED);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown fields " + unknown + "; known are " + new TreeSet<>(FIELDS));
    }
    return new JsonRequest(flat).request(defaults);
  }

  private InferenceRequest request(RequestDefaults defaults) {
    var model = text("model", defaults.model());
    if (model == null) {
      throw new IllegalArgumentException("it names no model; add \"model\", or give --model");
    }
    var id = text("request_id", text("custom_id", null));
    var budget = whole("thinking_budget");
    var builder =
        InferenceRequest.newBuilder()
            .setRequestId(id == null ? defaults.requestIds().get() : id)
            .setTenant(text("tenant", defaults.tenant()))
            .setModel(model)
            .setMessages(messages())
            .setPrompt(text("prompt", null))
            .setSampling(sampling(defaults))
            .setOffline(json.path("offline").asBoolean(defaults.offline()))
            .setPriority(json.path("priority").asInt(0))
            .setTtftSloMs(whole("ttft_slo_ms"))
            .setTpotSloMs(whole("tpot_slo_ms"))
            .setTtltSloMs(whole("ttlt_slo_ms"))
            .setDeadlineMs(whole("deadline_ms"))
            .setAccelerator(text("accelerator", null))
            .setMetadata(texts("metadata"))
            .setChatTemplateKwargs(values("chat_template_kwargs"))
            .setTools(asJson("tools"))
            .setToolChoice(asJson("tool_choice"))
            .setParallelToolCalls(json.path("parallel_tool_calls").asBoolean(true))
            .setEnableThinking(truth("enable_thinking"))
            .setThinkingBudget(budget == null ? null : Integer.valueOf(Math.toIntExact(budget)));
    return builder.build();
  }

  private SamplingParams sampling(RequestDefaults defaults) {
    var maxTokens = whole("max_completion_tokens");
    maxTokens = maxTokens == null ? whole("max_tokens") : maxTokens;
    var topK = whole("top_k");
    return SamplingParams.newBuilder()
        .setMaxTokens(
            maxTokens == null ? defaults.maxTokens() : Integer.valueOf(Math.toIntExact(maxTokens)))
        .setTemperature(number("temperature"))
        .setTopP(number("top_p"))
        .setTopK(topK == null ? null : Math.toIntExact(topK))
        .setSeed(whole("seed"))
        .setStop(stop())
        .setStopTokenIds(tokens())
        .setIgnoreEos(json.path("ignore_eos").asBoolean(false))
        .build();
  }

  private List<ChatMessage> messages() {
    var messages = new ArrayList<ChatMessage>();
    for (var message : json.path("messages")) {
      if (!message.path("role").isTextual()) {
        throw new IllegalArgumentException("a message has no role");
      }
      var content = message.path("content");
      if (!content.isTextual() && !content.isNull() && !content.isMissingNode()) {
        throw new IllegalArgumentException("the content of a message is not text");
      }
      messages.add(
          ChatMessage.newBuilder()
              .setRole(message.path("role").asText())
              .setContent(content.isTextual() ? content.asText() : null)
              .setName(message.path("name").asText(null))
              .setToolCalls(
                  message.has("tool_calls") ? message.path("tool_calls").toString() : null)
              .setToolCallId(message.path("tool_call_id").asText(null))
              .build());
    }
    return messages;
  }

  private List<String> stop() {
    var stop = json.path("stop");
    if (stop.isTextual()) {
      return List.of(stop.asText());
    }
    var strings = new ArrayList<String>();
    stop.forEach(each -> strings.add(each.asText()));
    return strings;
  }

  private List<Integer> tokens() {
    var tokens = new ArrayList<Integer>();
    json.path("stop_token_ids").forEach(each -> tokens.add(each.asInt()));
    return tokens;
  }

  private Map<String, String> texts(String field) {
    var map = new HashMap<String, String>();
    json.path(field).properties().forEach(e -> map.put(e.getKey(), e.getValue().asText()));
    return map;
  }

  /** Each value as JSON. */
  private Map<String, String> values(String field) {
    var map = new HashMap<String, String>();
    json.path(field).properties().forEach(e -> map.put(e.getKey(), e.getValue().toString()));
    return map;
  }

  private String asJson(String field) {
    return json.hasNonNull(field) ? json.get(field).toString() : null;
  }

  private Boolean truth(String field) {
    var value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isBoolean()) {
      throw new IllegalArgumentException(field + " is " + value + ", not true or false");
    }
    return value.asBoolean();
  }

  private String text(String field, String fallback) {
    var value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return fallback;
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException(field + " is " + value + ", not text");
    }
    return value.asText();
  }

  private Long whole(String field) {
    var value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.canConvertToLong() || !value.isIntegralNumber()) {
      throw new IllegalArgumentException(field + " is " + value + ", not a whole number");
    }
    return value.asLong();
  }

  private Double number(String field) {
    var value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isNumber()) {
      throw new IllegalArgumentException(field + " is " + value + ", not a number");
    }
    return value.asDouble();
  }
}
